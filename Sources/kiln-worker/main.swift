import Base
import Glibc
import WorkerRuntime

let status: Int32
do {
  let options = try WorkerOptions(arguments: Array(CommandLine.arguments.dropFirst()))
  status = Worker.run(options)
} catch {
  Worker.complain("\(error)")
  status = 2
}
exit(status)
