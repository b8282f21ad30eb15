import Base
import Catalogue
import JobModel

/// The JSON Schema of the job file (draft 2020-12), from the same lists as its validation.
///
/// Checked in as `schema/job.schema.json`; a test compares. Editors complete job files with it. It
/// knows nothing of decks, so it lets pass some names that validation refuses.
package enum JobFileSchema {
  package static func json() -> String {
    var out = JSONWriter()
    out.object {
      $0.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      $0.member("title", "Kiln job file")
      $0.member("type", "object")
      $0.object("properties") { properties in
        for key in Grammar.job { jobKey(key, &properties) }
        for key in Grammar.step { stepKey(key, &properties) }
        properties.object("steps") {
          $0.member("description", Grammar.steps.summary)
          $0.member("type", "object")
          $0.object("additionalProperties") { $0.member("$ref", "#/$defs/step") }
        }
      }
      $0.flag("additionalProperties", false)
      $0.array("oneOf") { list in
        for key in ["kernel", "command", "steps"] { list.object { $0.strings("required", [key]) } }
      }
      $0.array("allOf", kernelRules)
      $0.object("$defs") { $0.object("step", step) }
    }
    return IndentedJSON.text(out.bytes)
  }

  private static func step(_ out: inout JSONWriter) {
    out.member("type", "object")
    out.object("properties") { properties in
      for key in Grammar.step { stepKey(key, &properties) }
    }
    out.flag("additionalProperties", false)
    out.array("oneOf") { list in
      for key in ["kernel", "command"] { list.object { $0.strings("required", [key]) } }
    }
    out.array("allOf", kernelRules)
  }

  private static func jobKey(_ key: Key, _ out: inout JSONWriter) {
    out.object(key.name) {
      $0.member("description", key.summary)
      switch key.name {
      case "priority": $0.range("integer", -1000, 1000)
      case "max_running": $0.range("integer", 1, 1_000_000)
      case "after": jobNeeds(&$0)
      case "notify": notify(&$0)
      case "labels": $0.listOfTexts()
      case "preemptible": $0.member("type", "boolean")
      default: $0.member("type", "string")
      }
    }
  }

  private static func stepKey(_ key: Key, _ out: inout JSONWriter) {
    out.object(key.name) {
      $0.member("description", key.summary)
      switch key.name {
      case "kernel": $0.strings("enum", Catalogue.kernels.map(\.name))
      case "command": $0.listOfTexts()
      case "outputs": outputs(&$0)
      case "needs": needs(&$0)
      case "reuse": $0.member("type", "boolean")
      case "inputs": inputs(&$0)
      case "units": units(&$0)
      case "sweep": sweep(&$0)
      case "resources": resources(&$0)
      case "retry": retry(&$0)
      case "isolation": $0.strings("enum", Isolation.allCases.map(\.rawValue))
      case "checkpoint": checkpoint(&$0)
      case "stop_when": $0.member("type", "string")
      default: $0.member("type", "object")
      }
    }
  }
}

// MARK: Sections

extension JobFileSchema {
  private static func inputs(_ out: inout JSONWriter) {
    out.member("type", "object")
    out.object("additionalProperties", input)
  }

  private static func input(_ out: inout JSONWriter) {
    out.array("oneOf") { list in
      list.object { $0.member("type", "string") }
      list.object { result in
        result.section(Grammar.stepInput) { _, out in out.member("type", "string") }
        result.strings("required", Grammar.stepInput.map(\.name))
      }
    }
  }

  private static func jobNeeds(_ out: inout JSONWriter) {
    out.member("type", "array")
    out.object("items") { item in
      item.array("oneOf") { list in
        list.object { $0.range("integer", 1, Int(Int32.max)) }
        list.object { $0.member("type", "string") }
        list.object { need in
          need.section(Grammar.jobNeed) { key, out in
            if key.name == "job" {
              out.range("integer", 1, Int(Int32.max))
            } else {
              out.strings("enum", JobCondition.allCases.map(\.rawValue))
            }
          }
          need.strings("required", ["job"])
        }
      }
    }
  }

  private static func outputs(_ out: inout JSONWriter) {
    out.array("oneOf") { list in
      list.object { $0.listOfTexts() }
      list.object { $0.strings("enum", ["none"]) }
    }
  }

  private static func needs(_ out: inout JSONWriter) {
    out.array("oneOf") { list in
      list.object { $0.listOfTexts() }
      list.object { conditions in
        conditions.member("type", "object")
        conditions.object("additionalProperties") {
          $0.strings("enum", NeedCondition.allCases.map(\.rawValue))
        }
      }
    }
  }

  private static func notify(_ out: inout JSONWriter) {
    out.array("oneOf") { list in
      list.object { notice(&$0) }
      list.object { targets in
        targets.member("type", "array")
        targets.object("items", notice)
      }
    }
  }

  private static func notice(_ out: inout JSONWriter) {
    out.section(Grammar.notice) { key, out in
      switch key.name {
      case "command": out.listOfTexts()
      case "on":
        out.member("type", "array")
        out.object("items") { $0.strings("enum", NoticeOccasion.allCases.map(\.rawValue)) }
      default: out.member("type", "string")
      }
    }
    out.array("oneOf") { list in
      for key in ["webhook", "command"] { list.object { $0.strings("required", [key]) } }
    }
  }

  private static func units(_ out: inout JSONWriter) {
    out.member("type", "object")
    out.object("properties") { properties in
      for (name, dimension) in Dimension.names {
        properties.object(name) {
          $0.member("type", "string")
          $0.strings("examples", Unit.symbols(of: dimension))
        }
      }
    }
    out.flag("additionalProperties", false)
  }

  private static func sweep(_ out: inout JSONWriter) {
    out.member("type", "object")
    out.object("properties") {
      $0.object(Grammar.zip.name) {
        $0.member("description", Grammar.zip.summary)
        $0.member("type", "array")
        $0.object("items") { $0.listOfTexts() }
      }
    }
    out.object("additionalProperties") {
      $0.array("oneOf") { list in
        list.object {
          $0.member("type", "array")
          $0.object("items") { $0.strings("type", ["string", "number", "boolean"]) }
        }
        list.object { linear in
          linear.section(Grammar.linear) { key, out in
            if key.name == "count" {
              out.range("integer", 2, Sweep.pointsMax)
            } else {
              out.strings("type", ["string", "number"])
            }
          }
          linear.strings("required", Grammar.linear.map(\.name))
        }
        list.object { texts in
          texts.section([Grammar.texts]) { _, out in out.listOfTexts() }
          texts.strings("required", [Grammar.texts.name])
        }
      }
    }
  }

  private static func resources(_ out: inout JSONWriter) {
    out.section(Grammar.resources) { key, out in
      switch key.name {
      case "cpus": out.range("integer", 1, 4096)
      case "licences":
        out.member("type", "object")
        out.object("additionalProperties") { $0.range("integer", 1, 1_000_000) }
      case "gpus": out.range("number", 0, 1024)
      case "pools":
        out.member("type", "object")
        out.object("additionalProperties") { $0.range("number", 0, 1_000_000) }
      default: out.member("type", "string")
      }
    }
  }

  private static func checkpoint(_ out: inout JSONWriter) {
    out.section(Grammar.checkpoint) { key, out in
      if key.name == "signal" {
        out.strings("enum", SignalName.allCases.map(\.rawValue))
      } else {
        out.member("type", "string")
      }
    }
  }

  private static func retry(_ out: inout JSONWriter) {
    out.array("oneOf") { list in
      list.object { $0.member("const", "never") }
      list.object { limits in
        limits.section(Grammar.retry) { key, out in
          if key.name == "failed" { return failureRetry(&out) }
          if key.name == "wait" { return out.member("type", "string") }
          guard key.name == "memory" else { return out.range("integer", 0, 1000) }
          out.array("oneOf") { list in
            list.object { $0.range("integer", 0, 1000) }
            list.object {
              $0.section(Grammar.memoryRetry) { key, out in
                if key.name == "times" {
                  out.range("integer", 0, 1000)
                } else {
                  out.range("number", 1, 16)
                }
              }
            }
          }
        }
      }
    }
  }
}

extension JobFileSchema {
  private static func failureRetry(_ out: inout JSONWriter) {
    out.array("oneOf") { list in
      list.object { $0.range("integer", 0, 1000) }
      list.object {
        $0.section(Grammar.failureRetry) { key, out in
          guard key.name == "exit_codes" else { return out.range("integer", 0, 1000) }
          out.member("type", "array")
          out.object("items") { $0.range("integer", 1, 255) }
        }
      }
    }
  }
}

// MARK: Kernels

extension JobFileSchema {
  /// For each kernel: which parameters and inputs it has.
  private static func kernelRules(_ out: inout JSONWriter) {
    for kernel in Catalogue.kernels {
      out.object { rule in
        rule.object("if") {
          $0.object("properties") { $0.object("kernel") { $0.member("const", kernel.name) } }
          $0.strings("required", ["kernel"])
        }
        rule.object("then") {
          $0.object("properties") { properties in
            properties.object("parameters") { parameters(kernel, &$0) }
            properties.object("inputs") { inputs(kernel, &$0) }
          }
        }
      }
    }
  }

  private static func parameters(_ kernel: KernelDeclaration, _ out: inout JSONWriter) {
    out.object("properties") { properties in
      for parameter in kernel.parameters {
        properties.object(parameter.name) {
          $0.member("description", "\(parameter.summary) Takes \(parameter.kind).")
          kind(parameter.kind, &$0)
          if let standard = parameter.standard { value(standard, &$0) }
        }
      }
    }
    // Other names are placeholders of its inputs.
    out.flag("additionalProperties", kernel.inputs.contains { $0.hasPlaceholders })
  }

  private static func value(_ standard: Value, _ out: inout JSONWriter) {
    out.key("default")
    switch standard {
    case .number(let number): out.number(number)
    case .flag(let flag): out.boolean(flag)
    case .text, .quantity: out.string(standard.description)
    }
  }

  private static func inputs(_ kernel: KernelDeclaration, _ out: inout JSONWriter) {
    out.object("properties") { properties in
      for input in kernel.inputs {
        properties.object(input.name) { $0.member("description", input.summary) }
      }
    }
    out.flag("additionalProperties", false)
  }

  private static func kind(_ kind: ParameterDeclaration.Kind, _ out: inout JSONWriter) {
    switch kind {
    case .text, .quantity: out.member("type", "string")
    case .flag: out.member("type", "boolean")
    case .integer(let range): out.range("integer", range.lowerBound, range.upperBound)
    case .number(let range):
      out.member("type", "number")
      out.key("minimum")
      out.number(range.lowerBound)
      out.key("maximum")
      out.number(range.upperBound)
    case .choice(let choices): out.strings("enum", choices)
    }
  }
}

extension JSONWriter {
  /// A mapping with exactly the keys of the list.
  fileprivate mutating func section(
    _ keys: [Key], _ type: (Key, inout JSONWriter) -> Void
  ) {
    member("type", "object")
    object("properties") { properties in
      for key in keys {
        properties.object(key.name) {
          $0.member("description", key.summary)
          type(key, &$0)
        }
      }
    }
    flag("additionalProperties", false)
  }

  fileprivate mutating func range(_ type: String, _ low: Int, _ high: Int) {
    member("type", type)
    key("minimum")
    integer(low)
    key("maximum")
    integer(high)
  }

  fileprivate mutating func listOfTexts() {
    member("type", "array")
    object("items") { $0.member("type", "string") }
  }
}
