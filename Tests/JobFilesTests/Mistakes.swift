extension ProblemTextTests {
  static let syntax = [
    Mistake(
      "kernel: [test.sleep",
      "job.yaml:2:1: not valid YAML: did not find expected ',' or ']'; look at what begins in line 1, column 9"
    ),
    Mistake(
      "kernel: test.sleep\n\tname: a",
      "job.yaml:2:1: not valid YAML: found a tab character that violates indentation; indent with blanks instead of tabs"
    ),
    Mistake(
      "kernel: test.sleep\nname: a: b",
      "job.yaml:2:8: not valid YAML: mapping values are not allowed in this context; put a text that holds `: ` in quotes"
    ),
    Mistake("", "job.yaml:1:1: the file is empty; write at least a `kernel` or a `command`"),
    Mistake(
      "# nothing\n", "job.yaml:1:1: the file is empty; write at least a `kernel` or a `command`"),
    Mistake("just words", "job.yaml:1:1: a job file must be a mapping; write `kernel: NAME`"),
    Mistake(
      "- kernel: test.sleep", "job.yaml:1:1: a job file must be a mapping; write `kernel: NAME`"),
    Mistake(
      "kernel: test.sleep\n---\nkernel: test.sleep",
      "job.yaml:2:1: a job file holds one document; remove what follows `---`"),
    Mistake(
      "kernel: &k test.sleep", "job.yaml:1:9: anchors are not allowed; remove the word after `&`"),
    Mistake(
      "kernel: test.sleep\nname: *k",
      "job.yaml:2:7: aliases are not allowed; write the value itself"),
    Mistake(
      "kernel: !!str test.sleep", "job.yaml:1:9: tags are not allowed; remove the word after `!`"),
    Mistake(
      "kernel: test.sleep\n? [a]\n: b", "job.yaml:2:3: a key must be a word; write `word: value`"),
    Mistake(
      "name: a\nkernel: test.sleep\nname: b",
      "job.yaml:3:1: duplicate key `name`; it is in line 1 already; remove one"),
    Mistake(
      "kernel: test.sleep\nname: a\u{7}b", "job.yaml:2:8: the control character `\\u{7}`; remove it"
    ),
    Mistake(
      "kernel: test.sleep\nname: a\0b", "job.yaml:2:8: the control character `\\u{0}`; remove it"),
  ]

  static let job = [
    Mistake(
      "kernel: test.sleep\nnmae: a", "job.yaml:2:1: unknown key `nmae`; did you mean `name`?"),
    Mistake(
      "kernel: test.sleep\nduration: 2 s",
      "job.yaml:2:1: unknown key `duration`; it is a parameter of test.sleep: write `parameters: {duration: VALUE}`"
    ),
    Mistake(
      "kernel: test.sleep\ncolour: red",
      "job.yaml:2:1: unknown key `colour`; known are `name`, `project`, `priority`, `max_running`, `after`, `begin`, `notify`, `deadline`, `labels`, `preemptible`, `steps`, `kernel`, `command`, `parameters`, `inputs`, `units`, `sweep`, `resources`, `retry`, `outputs`, `needs`, `isolation`, `checkpoint`, `stop_when` and `reuse`"
    ),
    Mistake(
      "kernel: test.sleep\nname:",
      "job.yaml:2:1: `name` is empty; give it a value or remove the line"),
    Mistake("kernel: test.sleep\nname: [a]", "job.yaml:2:7: `name` must be a text"),
    Mistake(
      "kernel: test.sleep\nname: \"a\\u0007b\"",
      "job.yaml:2:7: `name` has a control character: `a\\u{7}b`; remove it"),
    Mistake(
      "kernel: test.sleep\nname: \"a\\u202Eb\"",
      "job.yaml:2:7: `name` has a control character: `a\\u{202E}b`; remove it"),
    Mistake(
      "kernel: test.sleep\nproject: two words",
      "job.yaml:2:10: `two words` is no name for a project; begin with a letter; use letters, digits, `-` and `_`, at most 64 bytes"
    ),
    Mistake(
      "kernel: test.sleep\npriority: high",
      "job.yaml:2:11: `priority` must be a whole number from -1000 to 1000, not `high`"),
    Mistake(
      "kernel: test.sleep\npriority: 1001",
      "job.yaml:2:11: `priority` must be a whole number from -1000 to 1000, not `1001`"),
    Mistake(
      "kernel: test.sleep\npriority: 1.5",
      "job.yaml:2:11: `priority` must be a whole number from -1000 to 1000, not `1.5`"),
    Mistake(
      "kernel: test.sleep\nmax_running: 0",
      "job.yaml:2:14: `max_running` must be a whole number from 1 to 1000000, not `0`"),
    Mistake(
      "kernel: test.sleep\nbegin: 2026-12-01T08:00",
      "job.yaml:2:8: `begin` must be a date and a time with its zone, not `2026-12-01T08:00`; write it like `2026-12-01T08:00+08:00` or `2026-12-01T00:00Z`"
    ),
    Mistake(
      "kernel: test.sleep\nbegin: 2026-02-29T08:00Z",
      "job.yaml:2:8: `begin` must be a date and a time with its zone, not `2026-02-29T08:00Z`; write it like `2026-12-01T08:00+08:00` or `2026-12-01T00:00Z`"
    ),
  ]

  static let work = [
    Mistake(
      "name: a",
      "job.yaml:1:1: nothing to run; add `kernel: NAME` or `command: [PROGRAM, ARGUMENT]`"),
    Mistake(
      "kernel: test.slep", "job.yaml:1:9: unknown kernel `test.slep`; did you mean `test.sleep`?"),
    Mistake(
      "kernel: nastran", "job.yaml:1:9: unknown kernel `nastran`; `kiln kernel list` shows them"),
    Mistake(
      "kernel: test.sleep\ncommand: [a]",
      "job.yaml:2:1: a step has a kernel or a command, not both; remove one, or make two steps"),
    Mistake(
      "command: ccx -i arm", "job.yaml:1:10: `command` must be a list; write `[ccx, -i, arm]`"),
    Mistake(
      "command: []", "job.yaml:1:10: `command` names no program; write `[PROGRAM, ARGUMENT]`"),
    Mistake(
      "command: [\"\"]", "job.yaml:1:10: `command` names no program; write `[PROGRAM, ARGUMENT]`"),
    Mistake("command: [echo, [a]]", "job.yaml:1:17: an argument must be a text, not a list"),
    Mistake(
      "command: [echo, \"a\\0b\"]",
      "job.yaml:1:17: an argument cannot hold the character NUL; remove it"),
    Mistake("command: {a: b}", "job.yaml:1:10: `command` must be a list; write `[a]`"),
  ]

  static let parameters = [
    Mistake(
      "kernel: test.sleep\nparameters: {duratoin: 1 s}",
      "job.yaml:2:14: the parameter `duratoin` is no parameter of test.sleep; did you mean `duration`?"
    ),
    Mistake(
      "kernel: test.sleep\nparameters: {duration: 1}",
      "job.yaml:2:24: `duration` needs a unit; write it like `1 s`"),
    Mistake(
      "kernel: test.sleep\nparameters: {duration: 1 mm}",
      "job.yaml:2:24: `duration` must be a time from 0 s to 86400 s, not `1 mm`; write it like `1 s`"
    ),
    Mistake(
      "kernel: test.sleep\nparameters: {duration: 1 sec}",
      "job.yaml:2:24: `duration` must be a time from 0 s to 86400 s, not `1 sec`; write it like `1 s`"
    ),
    Mistake(
      "kernel: test.sleep\nparameters: {duration: long}",
      "job.yaml:2:24: `duration` must be a time from 0 s to 86400 s, not `long`; write it like `1 s`"
    ),
    Mistake(
      "kernel: test.sleep\nparameters: {duration: -1 s}",
      "job.yaml:2:24: `duration` must be a time from 0 s to 86400 s, not `-1 s`"),
    Mistake(
      "kernel: test.sleep\nparameters: {duration: [1 s]}",
      "job.yaml:2:24: `duration` must be a time from 0 s to 86400 s, not a list; write it like `1 s`"
    ),
    Mistake(
      "kernel: test.sleep\nparameters: {value: \"5\"}",
      "job.yaml:2:21: `value` must be a number, not `5`; remove the quotes"),
    Mistake(
      "kernel: test.sleep\nparameters: {value: 5 mm}",
      "job.yaml:2:21: `value` must be a number, not `5 mm`"),
    Mistake(
      "kernel: test.sleep\nparameters: {value: 1e999}",
      "job.yaml:2:21: `value` must be a number, not `1e999`"),
    Mistake(
      "kernel: test.sleep\nparameters: {value: .nan}",
      "job.yaml:2:21: `value` must be a number, not `.nan`"),
    Mistake(
      "kernel: test.sleep\nparameters: [a]",
      "job.yaml:2:13: `parameters` must be a mapping; write `parameters: {duration: 1 s}`"),
    Mistake(
      "kernel: test.sleep\nparameters: {\"two words\": 1}",
      "job.yaml:2:14: `two words` is no name for a parameter; begin with a letter; use letters, digits, `-` and `_`, at most 64 bytes"
    ),
    Mistake(
      "kernel: test.sleep\nparameters: {value: 1}\nsweep: {value: [1]}",
      "job.yaml:2:14: `value` is given in `parameters` and in `sweep`; remove one of them"),
    Mistake(
      "command: [echo, \"{n}\"]\nparameters: {m: 1}",
      "job.yaml:2:14: the parameter `m` is no `{placeholder}` in the command's arguments; the only one is `n`"
    ),
  ]

  static let inputs = [
    Mistake(
      "kernel: fe.solve",
      "job.yaml:1:1: fe.solve needs the input `deck`; add `inputs: {deck: FILE}`"),
    Mistake(
      "kernel: fe.solve\ninputs: {dekc: plain.inp}\nsweep: {deck: [plain.inp]}",
      "job.yaml:2:10: fe.solve has no input `dekc`; did you mean `deck`?"),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: gone.inp}",
      "job.yaml:2:16: no such file: `gone.inp`; paths are relative to the job file"),
    Mistake(
      "command: [cat]\ninputs: {a: gone.csv}",
      "job.yaml:2:13: no such file: `gone.csv`; paths are relative to the job file"),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: [plain.inp]}",
      "job.yaml:2:16: the input `deck` is one file, not a list; to run with each of them, name it in `sweep`: `{deck: [a, b]}`"
    ),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: models/}",
      "job.yaml:2:16: `models/` does not name a file; end it with a file name"),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: ..}",
      "job.yaml:2:16: `..` does not name a file; end it with a file name"),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: plain.inp}\nsweep: {deck: [plain.inp]}",
      "job.yaml:2:10: `deck` is given in `inputs` and in `sweep`; remove one of them"),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: arm.inp}",
      "arm.inp:2: the placeholder `{load}` has no value; add `load` to `sweep` or `parameters`, or a default: `{load=1}`"
    ),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: arm.inp}\nsweep: {load: [1], lode: [2]}",
      "job.yaml:3:20: the axis `lode` is no parameter or input of fe.solve and no placeholder of `arm.inp`; known are `load`, `thickness`, `solver` and `deck`"
    ),
    Mistake(
      "kernel: fe.solve\nsweep: {deck: [big.inp, plain.inp], load: [1]}",
      "job.yaml:2:37: `plain.inp` has no placeholder `{load}`; write it there, or leave that file out of the sweep"
    ),
    Mistake(
      "command: [cat]\ninputs: {a: plain.inp, b: copies/plain.inp}",
      "job.yaml:2:27: the inputs `a` and `b` are both called `plain.inp`; rename one of the files"
    ),
    Mistake(
      "command: [cat]\ninputs: {a: {step: b}}",
      "job.yaml:2:13: the input `a` needs `step` and `file`; write `a: {step: NAME, file: FILE}`"),
    Mistake(
      "command: [cat]\ninputs: {a: {step: b, file: c}}",
      "job.yaml:2:20: no step `b`; a job without `steps` has only one"),
    Mistake(
      "command: [cat]\ninputs: {a: {stp: b, file: c}}",
      "job.yaml:2:14: unknown key `stp`; did you mean `step`?"),
  ]

  static let sweeps = [
    Mistake(
      "kernel: test.sleep\nsweep: {valeu: [1]}",
      "job.yaml:2:9: the axis `valeu` is no parameter of test.sleep; did you mean `value`?"),
    Mistake(
      "kernel: test.sleep\nsweep: {value: 1}",
      "job.yaml:2:16: the axis `value` needs a list, or from, to and count; write `value: [1]`"),
    Mistake(
      "kernel: test.sleep\nsweep: {value: []}",
      "job.yaml:2:16: the axis `value` has no values; give it values or remove it"),
    Mistake(
      "kernel: test.sleep\nsweep: {value: [1, two]}",
      "job.yaml:2:20: `value` must be a number, not `two`"),
    Mistake(
      "kernel: test.sleep\nsweep: {value: {from: 1, to: 2}}",
      "job.yaml:2:16: the axis `value` needs from, to and count; write `value: {from: 1, to: 5, count: 9}`"
    ),
    Mistake(
      "kernel: test.sleep\nsweep: {value: {from: 1, to: 2, cuont: 3}}",
      "job.yaml:2:33: unknown key `cuont`; did you mean `count`?"),
    Mistake(
      "kernel: test.sleep\nsweep: {value: {from: 1, to: 2, count: 1}}",
      "job.yaml:2:40: `count` must be a whole number from 2 to 10000000, not `1`"),
    Mistake(
      "kernel: test.sleep\nsweep: {value: {from: 1, to: b, count: 3}}",
      "job.yaml:2:30: `value` must be a number, not `b`"),
    Mistake(
      "kernel: test.sleep\nsweep: {value: {from: 1, to: 2, count: 1000000000}}",
      "job.yaml:2:40: `count` must be a whole number from 2 to 10000000, not `1000000000`"),
    Mistake(
      """
      command: [echo, "{a}{b}{c}"]
      sweep:
        a: {from: 1, to: 2, count: 9000000}
        b: {from: 1, to: 2, count: 9000000}
        c: {from: 1, to: 2, count: 9000000}
      """,
      "job.yaml:3:3: the sweep has more points than can be counted; at most 10000000 are allowed; shorten axes or pair them with `zip`"
    ),
    Mistake(
      "kernel: test.sleep\nsweep: {duration: {from: 1 s, to: 2, count: 3}}",
      "job.yaml:2:35: `duration` needs a unit; write it like `1 s`"),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {a: {from: 1, to: 2 s, count: 3}}\nunits: {time: s}",
      "job.yaml:2:12: only one end of `a` has a unit; give both ends in one unit"),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {a: {from: 1 m, to: 2 s, count: 3}}\nunits: {time: s, length: m}",
      "job.yaml:2:12: `a` cannot go from `m` to `s`; give both ends in `m`"),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {a: {from: x, to: 2, count: 3}}",
      "job.yaml:2:19: an end of `a` must be a number, not `x`; list the values instead: `a: [a, b]`"
    ),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {a: {from: -1e308, to: 1e308, count: 3}}",
      "job.yaml:2:12: `a` spans more than a number can hold"),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {b: [1]}",
      "job.yaml:2:9: the axis `b` is no `{placeholder}` in the command's arguments; the only one is `a`"
    ),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {a: [1], zip: [[a, b]]}",
      "job.yaml:2:27: `zip` names `b`, which is no axis; the only one is `a`"),
    Mistake(
      "command: [echo, \"{a}{b}\"]\nsweep: {a: [1, 2], b: [1, 2, 3], zip: [[a, b]]}",
      "job.yaml:2:20: `zip` pairs `a` with 2 values and `b` with 3; give both as many values"),
    Mistake(
      "command: [echo, \"{a}{b}\"]\nsweep: {a: [1], b: [1], zip: [a, b]}",
      "job.yaml:2:31: `zip` must be a list of lists; write `zip: [[a, b]]`"),
    Mistake(
      "command: [echo, \"{a}{b}\"]\nsweep: {a: [1], b: [1], zip: [[a]]}",
      "job.yaml:2:31: `zip` needs two axes or more; write `zip: [[a, b]]`"),
    Mistake(
      "command: [echo, \"{a}{b}\"]\nsweep: {a: [1], b: [1], zip: [[a, b, a]]}",
      "job.yaml:2:38: `a` is in `zip` twice; remove one of them"),
    Mistake(
      "kernel: fe.solve\nsweep: {deck: {from: 1, to: 2, count: 3}}",
      "job.yaml:2:15: the axis `deck` names an input and needs a list of files; write `deck: [a, b]`"
    ),
    Mistake(
      "kernel: fe.solve\nsweep: {deck: [plain.inp, gone.inp]}",
      "job.yaml:2:27: no such file: `gone.inp`; paths are relative to the job file"),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {a: [\"x\\ny\"]}",
      "job.yaml:2:13: a value of `a` has a control character: `x\\u{A}y`; remove it"),
    Mistake(
      "command: [echo, \"{a}\"]\nsweep: {a: [1, ]}\nparameters: {a: 2}",
      "job.yaml:3:14: `a` is given in `parameters` and in `sweep`; remove one of them"),
  ]

  static let units = [
    Mistake(
      "kernel: test.sleep\nunits: {lenght: mm}",
      "job.yaml:2:9: unknown dimension `lenght`; did you mean `length`?"),
    Mistake(
      "kernel: test.sleep\nunits: {length: mmm}",
      "job.yaml:2:17: unknown unit `mmm`; did you mean `mm`?"),
    Mistake(
      "kernel: test.sleep\nunits: {length: N}",
      "job.yaml:2:17: `N` is not a unit of length; length is measured in `m` or the like"),
    Mistake(
      "kernel: test.sleep\nunits: {length: mm, force: N, pressure: Pa}",
      "job.yaml:2:8: `Pa` for pressure contradicts `N` and `mm`; remove `pressure`; it follows from the others"
    ),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: arm.inp}\nsweep: {load: [1 kN]}",
      "job.yaml:3:15: `load`: nothing says which unit `kN` becomes; add the unit system of the file, such as `units: {length: mm, force: N}`"
    ),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: arm.inp}\nunits: {length: mm}\nsweep: {load: [1 kN]}",
      "job.yaml:4:15: `load`: `units` does not determine what `kN` becomes; add `force` to `units`"),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: arm.inp}\nunits: {force: N}\nsweep: {load: [1 kNN]}",
      "job.yaml:4:16: unknown unit `kNN`; did you mean `kN`?"),
    Mistake(
      "kernel: fe.solve\ninputs: {deck: arm.inp}\nunits: {temperature: degC}\n"
        + "sweep: {load: [5 K]}",
      "job.yaml:4:15: `load`: `5 K` may be a temperature or a difference; write it in `degC`, the unit of `units`"
    ),
  ]

  static let resources = [
    Mistake(
      "kernel: test.sleep\nresources: {cpus: 0}",
      "job.yaml:2:19: `cpus` must be a whole number from 1 to 4096, not `0`"),
    Mistake(
      "kernel: test.sleep\nresources: {cpu: 2}",
      "job.yaml:2:13: unknown key `cpu`; did you mean `cpus`?"),
    Mistake(
      "kernel: test.sleep\nresources: {memory: 512}",
      "job.yaml:2:21: `memory` needs a unit; write it like `512 MiB`"),
    Mistake(
      "kernel: test.sleep\nresources: {memory: 4GiB}",
      "job.yaml:2:21: `memory` must be a number with a unit, not `4GiB`; put a blank before the unit: `4 GiB`"
    ),
    Mistake(
      "kernel: test.sleep\nresources: {memory: 4 Gib}",
      "job.yaml:2:21: `memory` must be a number with a unit, not `4 Gib`; did you mean `GiB`?"),
    Mistake(
      "kernel: test.sleep\nresources: {memory: 4 s}",
      "job.yaml:2:21: `memory` must be a number with a unit, not `4 s`; write it like `512 MiB`"),
    Mistake(
      "kernel: test.sleep\nresources: {memory: 2000 TiB}",
      "job.yaml:2:21: `memory` must be from 1 B to 1024 TiB, not `2000 TiB`"),
    Mistake(
      "kernel: test.sleep\nresources: {time: 10}",
      "job.yaml:2:19: `time` needs a unit; write it like `10 min`"),
    Mistake(
      "kernel: test.sleep\nresources: {time: 0 s}",
      "job.yaml:2:19: `time` must be from 1 ns to 3650 d, not `0 s`"),
    Mistake(
      "kernel: test.sleep\nresources: {licences: {nastran: none}}",
      "job.yaml:2:33: `nastran` must be a whole number from 1 to 1000000, not `none`"),
    Mistake(
      "kernel: test.sleep\nresources: {licenses: {nastran: 1}}",
      "job.yaml:2:13: unknown key `licenses`; did you mean `licences`?"),
    Mistake(
      "kernel: test.sleep\nresources: {gpus: 1.5}",
      "job.yaml:2:19: `gpus` must be a part of one gpu or a whole number, not `1.5`; write `gpus: 0.5` or `gpus: 2`"
    ),
    Mistake(
      "kernel: test.sleep\nresources: {pools: {tokens: 0.0001}}",
      "job.yaml:2:29: `tokens` must be at least 0.001, with at most three decimals, not `0.0001`"),
    Mistake(
      "kernel: test.sleep\nlabels: nightly",
      "job.yaml:2:9: `labels` must be a list; write `[nightly]`"),
    Mistake(
      "kernel: test.sleep\npreemptible: yes",
      "job.yaml:2:14: `preemptible` must be `true` or `false`, not `yes`"),
    Mistake(
      "kernel: test.sleep\npreemptible: true\nretry: never",
      "job.yaml:2:1: `preemptible` and `retry: never` exclude each other; remove one of them: a task that makes way is started again later"
    ),
    Mistake(
      "kernel: test.sleep\ndeadline: tomorrow",
      "job.yaml:2:11: `deadline` must be a date and a time with its zone, or a span of time, not `tomorrow`; write it like `2026-12-01T08:00+08:00`, or `8 h` after the submission"
    ),
    Mistake(
      "kernel: test.sleep\nbegin: 2026-12-01T08:00Z\ndeadline: 2026-12-01T08:00Z",
      "job.yaml:3:11: `deadline` is not after `begin`; move one of them"),
    Mistake(
      "kernel: test.sleep\nresources: 2",
      "job.yaml:2:12: `resources` must be a mapping; write `resources: {cpus: 2, memory: 4 GiB}`"),
    Mistake(
      "kernel: test.sleep\nretry: always",
      "job.yaml:2:8: `retry` must be `never` or a mapping, not `always`; write `retry: {lost: 3, failed: 1}`"
    ),
    Mistake(
      "kernel: test.sleep\nretry: {lots: 1}",
      "job.yaml:2:9: unknown key `lots`; did you mean `lost`?"),
    Mistake(
      "kernel: test.sleep\nretry: {lost: -1}",
      "job.yaml:2:15: `lost` must be a whole number from 0 to 1000, not `-1`"),
    Mistake(
      "kernel: test.sleep\nretry: {failed: {times: 2, exit_codes: [0]}}",
      "job.yaml:2:41: an exit code must be a whole number from 1 to 255, not `0`"),
    Mistake(
      "kernel: test.sleep\nretry: {memory: {times: 2, grow: 0.5}}",
      "job.yaml:2:34: `grow` must be a number from 1 to 16, not `0.5`"),
    Mistake(
      "kernel: test.sleep\noutputs: summary.json",
      "job.yaml:2:10: `outputs` must be a list; write `[summary.json]`"),
    Mistake(
      "kernel: test.sleep\noutputs: [../a]",
      "job.yaml:2:11: the output `../a` lies outside the task's folder; write a name or pattern without leading `/` and without `..`"
    ),
    Mistake(
      "kernel: test.sleep\noutputs: [/etc/passwd]",
      "job.yaml:2:11: the output `/etc/passwd` lies outside the task's folder; write a name or pattern without leading `/` and without `..`"
    ),
  ]

  static let steps = [
    Mistake("steps: {}", "job.yaml:1:8: `steps` is empty; add a step"),
    Mistake(
      "steps: [a]",
      "job.yaml:1:8: `steps` must be a mapping; write `steps: {first: {kernel: NAME}}`"),
    Mistake(
      "kernel: test.sleep\nsteps: {a: {kernel: test.sleep}}",
      "job.yaml:1:1: `kernel` stands beside `steps`; move it into the steps that need it"),
    Mistake(
      "steps: {4: {kernel: test.sleep}}",
      "job.yaml:1:9: `4` is no name for a step; begin with a letter; use letters, digits, `-` and `_`, at most 64 bytes"
    ),
    Mistake(
      "steps: {a: {}}",
      "job.yaml:1:12: nothing to run; add `kernel: NAME` or `command: [PROGRAM, ARGUMENT]`"),
    Mistake(
      "steps: {a: {kernel: test.sleep, name: b}}",
      "job.yaml:1:33: unknown key `name`; known are `kernel`, `command`, `parameters`, `inputs`, `units`, `sweep`, `resources`, `retry`, `outputs`, `needs`, `isolation`, `checkpoint`, `stop_when` and `reuse`"
    ),
    Mistake(
      "steps: {a: {kernel: test.sleep, needs: b}, b: {kernel: test.sleep}}",
      "job.yaml:1:40: `needs` must be a list; write `[b]`"),
    Mistake(
      "steps: {a: {kernel: test.sleep, needs: [c]}, bb: {kernel: test.sleep}}",
      "job.yaml:1:41: no step `c`; known are `a` and `bb`"),
    Mistake(
      "steps: {a: {kernel: test.sleep, needs: [a]}}",
      "job.yaml:1:41: step `a` needs itself; remove the dependency"),
    Mistake(
      "steps: {a: {kernel: test.sleep, needs: [b, b]}, b: {kernel: test.sleep}}",
      "job.yaml:1:44: `b` is in `needs` twice; remove one of them"),
    Mistake(
      "steps: {a: {kernel: test.sleep, needs: {b: notok}}, b: {kernel: test.sleep}}",
      "job.yaml:1:44: `b` must be `ok`, `not-ok` or `any`, not `notok`; did you mean `not-ok`?"),
    Mistake(
      "steps: {a: {command: [cat], inputs: {x: {step: b, file: summary.json}}, needs: {b: any}}, b: {kernel: test.sleep}}",
      "job.yaml:1:81: `b` gives this step a file, so it must have succeeded; remove the condition `any`"
    ),
    Mistake(
      """
      steps:
        a: {kernel: test.sleep, needs: [b]}
        b: {kernel: test.sleep, needs: [c]}
        c: {kernel: test.sleep, needs: [a]}
      """,
      "job.yaml:4:35: the steps wait for each other: a → b → c → a; remove one of these dependencies"
    ),
    Mistake(
      """
      steps:
        a: {kernel: test.sleep}
        b: {command: [cat], inputs: {x: {step: a, file: sumary.json}}}
      """,
      "job.yaml:3:51: test.sleep in step `a` writes no `sumary.json`; did you mean `summary.json`?"),
    Mistake(
      """
      steps:
        a: {command: [make], outputs: ["*.txt"]}
        b: {command: [cat], inputs: {x: {step: a, file: n.csv}}}
      """, "job.yaml:3:51: step `a` does not keep `n.csv`; add it to the `outputs` of that step"),
    Mistake(
      """
      steps:
        a: {kernel: fe.solve, inputs: {deck: plain.inp}}
        b: {command: [cat], inputs: {x: {step: a, file: plane.vtu}}}
      """, "job.yaml:3:51: fe.solve in step `a` writes no `plane.vtu`; did you mean `plain.vtu`?"),
  ]
}
