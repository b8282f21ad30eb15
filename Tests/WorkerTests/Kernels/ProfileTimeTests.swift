import Testing

@Suite("times of a profile") struct ProfileTimeTests {
  @Test(
    "dates and times are read as signals read them, and come back as time since the first",
    arguments: ["timestamp", "时间", "datetime", "date", "time"])
  func dates(heading: String) throws {
    let run = try KernelRun(
      "network.powerflow", [:],
      [
        "case": twoBuses,
        "profile":
          "\(heading),load [%]\n2024-01-01 00:00,90\n2024-01-01 01:00,100\n2024-01-01 03:00,80\n",
      ])
    #expect(run.numbers("time [s]", of: "series.csv") == [0, 3600, 10800])
    #expect(run.summary["series_start_epoch"]?["value"]?.number == 1_704_067_200)
    #expect(run.text("powerflow.svg").contains("[s]") || run.text("powerflow.svg").contains("(s)"))
  }

  @Test("a column of instants may also stand behind the others")
  func place() throws {
    let run = try KernelRun(
      "network.powerflow", [:],
      ["case": twoBuses, "profile": "load [%],zeit\n90,2024-01-01 00:00\n100,2024-01-01 00:15\n"])
    #expect(run.numbers("time [s]", of: "series.csv") == [0, 900])
  }

  @Test("hours and steps stay the numbers that they are")
  func numbers() throws {
    let run = try KernelRun(
      "network.powerflow", [:], ["case": twoBuses, "profile": "hour,load [%]\n5,90\n6,100\n"])
    #expect(run.numbers("time", of: "series.csv") == [5, 6])
  }
}
