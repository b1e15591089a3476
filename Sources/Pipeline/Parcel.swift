internal import EventStream
internal import Events

/// What travels from the sources to the stream and on to the analysis, in stream order.
struct Parcel {
  enum Content {
    case batch(EventBatch)
    case control(ControlRecord)
  }

  let content: Content
  /// What the identifiers in the content mean.
  let names: EventNames
  /// The place in the stream behind the content, once it is there.
  var place: StreamPosition?
}
