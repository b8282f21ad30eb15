import Base
import Catalogue
import JobModel

/// The JSON Schema of the job file, from the same declarations as its validation.
///
/// Checked in as `schema/job.schema.json`; a test compares. Editors complete job files with it.
package enum JobFileSchema {
  package static func json() -> String {
    var out = JSONWriter()
    out.object {
      $0.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      $0.member("title", "Kiln job file")
      $0.member("type", "object")
      $0.object("properties") { properties in
        jobKeys(&properties)
        stepKeys(&properties)
        properties.object("steps") {
          $0.member("type", "object")
          $0.member("description", "Named parts of the job.")
          $0.object("additionalProperties") { $0.member("$ref", "#/$defs/step") }
        }
      }
      $0.flag("additionalProperties", false)
      $0.array("anyOf") { list in
        for key in ["kernel", "command", "steps"] {
          list.object { $0.strings("required", [key]) }
        }
      }
      $0.array("allOf", kernelRules)
      $0.object("$defs") { $0.object("step", step) }
    }
    return indented(out.bytes)
  }

  private static func step(_ out: inout JSONWriter) {
    out.member("type", "object")
    out.object("properties", stepKeys)
    out.flag("additionalProperties", false)
    out.array("allOf", kernelRules)
  }

  private static func jobKeys(_ out: inout JSONWriter) {
    out.property("name", type: "string", "What people call the job.")
    out.property("project", type: "string", "Who pays; default: main.")
    out.property("priority", type: "integer", "Higher goes first; default 0.")
  }

  private static func stepKeys(_ out: inout JSONWriter) {
    out.object("kernel") {
      $0.member("description", "A built-in computation.")
      $0.strings("enum", Catalogue.kernels.map(\.name))
    }
    out.object("command") {
      $0.member("description", "Program and arguments.")
      $0.member("type", "array")
      $0.object("items") { $0.member("type", "string") }
    }
    out.property("parameters", type: "object", "Values for the kernel.")
    out.property("inputs", type: "object", "Input name to a path, or to {step:, file:}.")
    out.object("units") {
      $0.member("type", "object")
      $0.member("description", "Dimension to unit: the unit system of the deck.")
      $0.object("properties", unitKeys)
      $0.flag("additionalProperties", false)
    }
    out.property("sweep", type: "object", "Axes: lists of values, or {from:, to:, count:}.")
    out.object("resources", resources)
    out.object("retry", retry)
    out.object("outputs") {
      $0.member("type", "array")
      $0.member("description", "Patterns of the files to keep.")
      $0.object("items") { $0.member("type", "string") }
    }
    out.object("needs") {
      $0.member("type", "array")
      $0.member("description", "Steps that must have succeeded before.")
      $0.object("items") { $0.member("type", "string") }
    }
  }

  private static func unitKeys(_ out: inout JSONWriter) {
    for (name, dimension) in Dimension.named.sorted(by: { $0.key < $1.key }) {
      out.object(name) {
        $0.strings("enum", Unit.symbols.filter { Unit.named($0)?.dimension == dimension })
      }
    }
  }

  private static func resources(_ out: inout JSONWriter) {
    out.member("type", "object")
    out.object("properties") {
      $0.property("cpus", type: "integer", "Processors; default 1.")
      $0.property("memory", type: "string", "With a unit: 4 GiB.")
      $0.property("time", type: "string", "Of one attempt, with a unit: 10 min.")
      $0.property("licences", type: "object", "Licence name to count.")
    }
    out.flag("additionalProperties", false)
  }

  private static func retry(_ out: inout JSONWriter) {
    out.member("description", "Further attempts by reason, or `never`.")
    out.array("oneOf") { list in
      list.object { $0.member("const", "never") }
      list.object { limits in
        limits.member("type", "object")
        limits.object("properties") { properties in
          for key in ["lost", "failed", "signalled", "time"] {
            properties.property(key, type: "integer", "Further attempts after `\(key)`.")
          }
          properties.object("memory") { $0.strings("type", ["integer", "object"]) }
        }
        limits.flag("additionalProperties", false)
      }
    }
  }

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
          $0.member("description", parameter.summary)
          kind(parameter.kind, &$0)
          if let standard = parameter.standard { $0.member("default", standard.description) }
        }
      }
    }
    out.flag("additionalProperties", false)
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
    case .integer: out.member("type", "integer")
    case .number: out.member("type", "number")
    case .choice(let choices): out.strings("enum", choices)
    }
  }

  /// Two spaces for each level, so that differences can be read.
  private static func indented(_ json: [UInt8]) -> String {
    var text: [UInt8] = []
    var depth = 0
    var isInString = false
    var last: UInt8 = 0
    func breakLine() {
      text.append(0x0A)
      text.append(contentsOf: [UInt8](repeating: 0x20, count: 2 * depth))
    }
    for byte in json {
      if isInString {
        text.append(byte)
        if byte == UInt8(ascii: "\""), last != UInt8(ascii: "\\") { isInString = false }
        last = byte
        continue
      }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        text.append(byte)
        depth += 1
        breakLine()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        breakLine()
        text.append(byte)
      case UInt8(ascii: ","):
        text.append(byte)
        breakLine()
      case UInt8(ascii: ":"): text.append(contentsOf: ": ".utf8)
      default:
        isInString = byte == UInt8(ascii: "\"")
        text.append(byte)
      }
      last = byte
    }
    return String(decoding: text, as: UTF8.self) + "\n"
  }
}
