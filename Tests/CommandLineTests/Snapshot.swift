import TestSupport
import Testing

/// Texts that are reviewed as files: `Tests/Snapshots/<folder>/<name>.txt`.
///
/// A missing file is written, and the run fails so that nobody overlooks it; with
/// `RECORD_SNAPSHOTS=1` every file is written anew, and the run fails as well.
func expectSnapshot(
  _ text: String, in folder: String, named name: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let path = repositoryFile("Tests/Snapshots/\(folder)/\(name).txt")
  guard let recorded = textOfFile(path), !isRecording else {
    writeText(text, to: path)
    Issue.record("recorded \(path): look at it, then run again", sourceLocation: sourceLocation)
    return
  }
  #expect(text == recorded, sourceLocation: sourceLocation)
}
