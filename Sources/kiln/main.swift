import CommandLine
import Glibc

// Wiring only: the words of the command line in, the exit code out.
let words = Swift.CommandLine.arguments
let code = Program.run(Program.words(calledAs: words.first ?? "", Array(words.dropFirst())))
exit(code.rawValue)
