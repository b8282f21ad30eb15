import Glibc
import Sandboxing

exit(SandboxKeeper.run())
