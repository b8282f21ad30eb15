extension CommandDeclaration {
  /// The only list of commands, in the order of help and documentation.
  package static let all: [CommandDeclaration] = [
    .run, .submit, .validate, .plan, .list, .show, .explain, .watch, .top, .logs, .wait, .pull,
    .table,
    .cancel, .hold, .release, .retry, .signal,
    .importScript, .ksbatch, .ksqueue, .kscancel,
    .reportEfficiency, .reportJoblog,
    .doctor, .completion, .version, .help,
    .kernelList, .kernelShow,
    .serverUp, .serverRun, .serverDown, .serverStatus,
    .reservationAdd, .reservationList, .reservationRemove,
  ]
}
