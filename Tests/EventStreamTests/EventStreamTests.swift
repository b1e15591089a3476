import Testing

@testable import EventStream
