let options: BenchOptions
let corpus: Corpus
do {
  options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
  if let path = options.path {
    corpus = Corpus(try readFile(path), path: path)
  } else {
    var log = SyntheticLog(seed: options.seed)
    corpus = Corpus(log.lines(options.lineCount), path: nil)
  }
} catch let problem as BenchOptions.Problem {
  complain(problem.text)
  exitAsMisused()
} catch let problem as FileProblem {
  complain("\(problem.path) cannot be read (errno \(problem.code))")
  exitAsMisused()
}

var rows: [Row] = []
if !options.printsJSONOnly { print(Row.header) }
for stage in options.stages {
  var best: Measurement?
  for _ in 0..<options.repeatCount {
    let measurement = try stage.run(corpus)
    if measurement.nanoseconds < best?.nanoseconds ?? .max { best = measurement }
  }
  guard let best else { continue }
  let row = Row(stage: stage, measurement: best)
  if !options.printsJSONOnly { print(row.text) }
  rows.append(row)
}
if !options.printsJSONOnly { print() }
for row in rows { print(row.json) }
