/// Reads an English month's name, short or whole, in any case.
/// - Returns: The position behind it, or -1.
@inline(__always)
func scanMonthName(_ t: LineBytes, _ from: Int, _ month: inout Int) -> Int {
  let wholeLength: Int
  switch (t.half(from) & 0xff_ffff) | 0x20_2020 {
  case packed("jan"): (month, wholeLength) = (1, 7)
  case packed("feb"): (month, wholeLength) = (2, 8)
  case packed("mar"): (month, wholeLength) = (3, 5)
  case packed("apr"): (month, wholeLength) = (4, 5)
  case packed("may"): (month, wholeLength) = (5, 3)
  case packed("jun"): (month, wholeLength) = (6, 4)
  case packed("jul"): (month, wholeLength) = (7, 4)
  case packed("aug"): (month, wholeLength) = (8, 6)
  case packed("sep"): (month, wholeLength) = (9, 9)
  case packed("oct"): (month, wholeLength) = (10, 7)
  case packed("nov"): (month, wholeLength) = (11, 8)
  case packed("dec"): (month, wholeLength) = (12, 8)
  default: return -1
  }
  var end = from &+ 3
  if t[end].isLetter {
    end = from &+ wholeLength
    var i = from &+ 3
    while i < end {
      if !t[i].isLetter { return -1 }
      i &+= 1
    }
    if t[end].isLetter { return -1 }
  }
  return t[end] == ascii(".") ? end &+ 1 : end
}

/// Reads an English weekday's name, short or whole, with the comma and blanks behind it.
/// - Returns: The position of what follows, or -1.
@inline(__always)
func scanWeekdayName(_ t: LineBytes, _ from: Int) -> Int {
  switch (t.half(from) & 0xff_ffff) | 0x20_2020 {
  case packed("mon"), packed("tue"), packed("wed"), packed("thu"), packed("fri"), packed("sat"),
    packed("sun"):
    break
  default: return -1
  }
  var i = from &+ 3
  while t[i].isLetter, i &- from < 10 { i &+= 1 }
  if t[i] == ascii(",") { i &+= 1 }
  guard t[i] == 0x20 else { return -1 }
  while t[i] == 0x20, i &- from < 16 { i &+= 1 }
  return i
}
