/// What is counted of one group in one window.
package struct GroupTotals: Sendable {
  /// Events that came in time.
  package internal(set) var count: UInt64 = 0
  /// Events whose own window was over when they came: counted in the oldest that was not.
  package internal(set) var lateCount: UInt64 = 0
  /// Of each measured field, in the order of the plan.
  package internal(set) var fields: [FieldTotals]

  init(_ plan: CountPlan) { fields = plan.measured.map(FieldTotals.init) }

  package mutating func merge(_ other: GroupTotals) {
    count += other.count
    lateCount += other.lateCount
    for index in fields.indices { fields[index].merge(other.fields[index]) }
  }
}

/// What the values of one field come to, in time or late.
package struct FieldTotals: Sendable {
  /// Events that have the field.
  package private(set) var valueCount: UInt64 = 0
  /// Events in which it is a number.
  package private(set) var numberCount: UInt64 = 0
  package private(set) var sum = 0.0
  package private(set) var minimum = Double.infinity
  package private(set) var maximum = -Double.infinity
  package private(set) var quantiles: QuantileSketch?
  package private(set) var distinct: DistinctSketch?
  /// What all numbers are measured in; `nil` where they differ.
  package private(set) var unit: ReadNumber.Unit?

  init(_ measured: CountPlan.Measured) {
    quantiles = measured.hasQuantiles ? QuantileSketch() : nil
    distinct = measured.hasDistinct ? DistinctSketch() : nil
  }

  package var average: Double? { numberCount == 0 ? nil : sum / Double(numberCount) }

  mutating func add(_ value: UnsafeBufferPointer<UInt8>) {
    valueCount += 1
    unsafe distinct?.add(value)
    guard let number = unsafe ReadNumber(value) else { return }
    unit = numberCount == 0 || unit == number.unit ? number.unit : nil
    numberCount += 1
    sum += number.value
    minimum = min(minimum, number.value)
    maximum = max(maximum, number.value)
    quantiles?.add(number.value)
  }

  mutating func merge(_ other: FieldTotals) {
    valueCount += other.valueCount
    if numberCount == 0 {
      unit = other.unit
    } else if other.numberCount > 0, unit != other.unit {
      unit = nil
    }
    numberCount += other.numberCount
    sum += other.sum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    if let sketch = other.quantiles { quantiles?.merge(sketch) }
    if let sketch = other.distinct { distinct?.merge(sketch) }
  }
}
