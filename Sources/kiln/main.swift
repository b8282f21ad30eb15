import CommandLine
import Glibc

// Wiring only: the words of the command line in, the exit code out.
let code = Program.run(Array(Swift.CommandLine.arguments.dropFirst()))
exit(code.rawValue)
