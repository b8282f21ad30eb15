"""A Slurm of this machine alone, in a throw-away folder: munged, slurmctld and slurmd with ports of their own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo")
# slurmd closes every descriptor that it could have, one by one.
DESCRIPTORS = 4096


class Slurm:
    """Runs inside `with`; `missing` says why it does not."""

    @staticmethod
    def reason():
        """Why there cannot be one here; None where there can."""
        absent = [name for name in PROGRAMS if not shutil.which(name, path=search_path())]
        if absent:
            return f"there is no `{absent[0]}`"
        return None if os.geteuid() == 0 else "its daemons want to be root"

    def __enter__(self):
        self.daemons = []
        self.missing = None
        self.folder = tempfile.mkdtemp(prefix="ks-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        for name in ("munge", "state", "spool"):
            os.mkdir(f"{self.folder}/{name}", 0o755)
        with open(os.open(f"{self.folder}/munge/key", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as key:
            key.write(os.urandom(1024))
        with open(f"{self.folder}/slurm.conf", "w") as out:
            out.write(configuration(self.folder))
        self.environment = dict(os.environ, SLURM_CONF=f"{self.folder}/slurm.conf", PATH=search_path())
        files = [f"--{name}-file={self.folder}/munge/{name}" for name in ("key", "pid", "log", "seed")]
        self.daemon("munged", "--foreground", "--force", *files, f"--socket={self.folder}/munge/socket")
        self.daemon("slurmctld", "-D")
        self.daemon("slurmd", "-D", "-N", socket.gethostname().split(".")[0])
        if not self.answers():
            self.missing = f"its node does not come up: {self.last_words()}"
        return self

    def daemon(self, *words):
        log = open(f"{self.folder}/{words[0]}.out", "wb")
        limited = ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}", *words]
        self.daemons.append(subprocess.Popen(limited, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def answers(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            said = subprocess.run(["sinfo", "-h", "-o", "%T"], env=self.environment, capture_output=True, text=True).stdout
            if said.strip() == "idle":
                return True
            time.sleep(0.2)
        return False

    def last_words(self):
        for name in ("slurmd", "slurmctld", "munged"):
            with open(f"{self.folder}/{name}.out", errors="replace") as text:
                lines = [line.strip() for line in text if "error" in line or "fatal" in line]
            if lines:
                return lines[-1]
        return "nobody says why"

    def seconds(self, count, program):
        """An array of so many runs of a program, from its submission to the end of the last one."""
        start = time.monotonic()
        job = self.said("sbatch", "--parsable", f"--array=1-{count}", "-o", "/dev/null", "--wrap", program)
        # `sbatch --wait` looks every few seconds only.
        while self.said("squeue", "-h", "-j", job):
            time.sleep(0.1)
        return time.monotonic() - start

    def said(self, *command):
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, cwd="/tmp", text=True)
        return done.stdout.strip()

    def __exit__(self, *_):
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def search_path():
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


def configuration(folder):
    host = socket.gethostname().split(".")[0]
    ports = [free_port(), free_port()]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20) * 9 // 10
    cpus = os.cpu_count()
    return f"""ClusterName=bench
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=1000,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MailProg=/bin/true
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=bench Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
