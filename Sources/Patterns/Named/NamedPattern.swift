package import Events

/// A well-known message of well-known software, as a file of `Patterns/events` describes it.
package final class NamedPattern: Sendable {
  /// One of the ways in which software words the message.
  struct Wording: Sendable {
    /// Grok over PCRE2; looked for anywhere in a message.
    var expression: String
    var place: PatternPlace
    /// A text that every such message holds, in lower case, without digits; empty if none is known.
    var anchor: [UInt8]
  }

  /// Such as `kernel-oom-kill`.
  package let name: String
  /// How bad it is, whatever level its software gives it.
  package let severity: Severity
  /// What it means, in one line.
  package let meaning: String
  package let place: PatternPlace
  /// Any software may say this; gives way to patterns of one software.
  let isGeneral: Bool
  let wordings: [Wording]
  /// Messages that it must fit, and must not.
  package let samples: [String]
  package let counterSamples: [String]

  init(
    name: String, severity: Severity, meaning: String, place: PatternPlace, isGeneral: Bool,
    wordings: [Wording], samples: [String], counterSamples: [String]
  ) {
    self.name = name
    self.severity = severity
    self.meaning = meaning
    self.place = place
    self.isGeneral = isGeneral
    self.wordings = wordings
    self.samples = samples
    self.counterSamples = counterSamples
  }
}
