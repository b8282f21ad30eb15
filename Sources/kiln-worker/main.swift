import Base
import Glibc
import WorkerRuntime

let arguments = Array(CommandLine.arguments.dropFirst())
let status: Int32
if arguments == ["--identity"] {
  print(ProgramIdentity.text)
  status = 0
} else {
  do {
    let options = try WorkerOptions(arguments: arguments)
    status = Worker.run(options)
  } catch {
    Worker.complain("\(error)")
    status = 2
  }
}
exit(status)
