import Glibc

/// Colours for lines that people with any colour vision can tell apart: those of M. Okabe and K. Ito,
/// "Color Universal Design" (2008), in an order that begins with the ones that print well.
enum Palette {
  static let colours = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C7A00",
  ]
  private static let dashes = ["", "6 3", "2 2", "8 3 2 3"]

  static func colour(_ index: Int) -> String { colours[index % colours.count] }

  /// After all colours are used, they return dashed.
  static func dash(_ index: Int) -> String {
    let dash = dashes[index / colours.count % dashes.count]
    return dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
  }
}

/// Colours of a matrix: lightness grows linearly from dark violet over blue and green to yellow, in
/// Oklab (B. Ottosson, "A perceptual color space for image processing", 2020), so that equal steps of
/// the data look equal and survive a print in grey.
enum ColourMap {
  struct Colour: Equatable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    var hexadecimal: String {
      let digits = [red, green, blue].map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
      return "#" + digits.joined()
    }
  }

  static let count = 256
  /// Colours of the levels 0 ..< 256.
  static let table = (0..<count).map { colour(Double($0) / Double(count - 1)) }

  /// Level of a value between two bounds.
  static func level(_ value: Double, _ range: ClosedRange<Double>) -> Int {
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return count / 2 }
    let fraction = (value - range.lowerBound) / span
    return min(max(Int((fraction * Double(count - 1)).rounded()), 0), count - 1)
  }

  /// Chroma and hue (degrees) at equal steps of lightness.
  private static let control: [(chroma: Double, hue: Double)] = [
    (0.115, 318), (0.125, 295), (0.118, 268), (0.105, 238), (0.100, 205), (0.115, 172),
    (0.150, 147), (0.180, 128), (0.190, 106),
  ]
  private static let lightness = 0.27...0.93

  static func colour(_ fraction: Double) -> Colour {
    let place = fraction * Double(control.count - 1)
    let index = min(Int(place), control.count - 2)
    let part = place - Double(index)
    let (low, high) = (control[index], control[index + 1])
    let chroma = low.chroma + part * (high.chroma - low.chroma)
    let hue = (low.hue + part * (high.hue - low.hue)) * .pi / 180
    let light = lightness.lowerBound + fraction * (lightness.upperBound - lightness.lowerBound)
    return fromOklab(light, chroma * cos(hue), chroma * sin(hue))
  }

  private static func fromOklab(_ light: Double, _ a: Double, _ b: Double) -> Colour {
    let long = cube(light + 0.3963377774 * a + 0.2158037573 * b)
    let middle = cube(light - 0.1055613458 * a - 0.0638541728 * b)
    let short = cube(light - 0.0894841775 * a - 1.2914855480 * b)
    return Colour(
      red: encoded(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
      green: encoded(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
      blue: encoded(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short))
  }

  private static func cube(_ value: Double) -> Double { value * value * value }

  /// The sRGB byte of a linear intensity (IEC 61966-2-1).
  private static func encoded(_ linear: Double) -> UInt8 {
    let bounded = min(max(linear, 0), 1)
    let value = bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * pow(bounded, 1 / 2.4) - 0.055
    return UInt8((value * 255).rounded())
  }
}
