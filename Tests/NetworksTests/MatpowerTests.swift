import Base
import Testing

@testable import Networks

@Suite("MATPOWER case files") struct MatpowerTests {
  @Test("are read with comments, continuations, expressions and names")
  func reads() throws {
    let grid = try Cases.parse(
      """
      function mpc = small   % a comment
      %{
      mpc.bus = [ broken
      %}
      mpc.version = '2';
      mpc.baseMVA = 10 * 10; % per unit
      mpc.bus = [ % number type
      \t7\t3\t0\t0\t0\t0\t1\t1.02\t0\t110\t1\t1.1\t0.9;
      \t9, 1, 1/4, -.5e1, 0, 2^3 - 1, 1, 1 -2.5 ...
      \t110 1 Inf -Inf
      ];
      mpc.gen = [7 3 0 5 -5 1.02 100 1 10 0];
      mpc.branch = [7 9 0 .1 0 0 0 0 0 0 1];
      mpc.gencost = [2 0 0 3 0 0 0];
      mpc.bus_name = {'Alpha  1'; 'It''s B'};
      """)
    #expect(grid.baseMVA == 100)
    #expect(grid.buses.map(\.number) == [7, 9])
    #expect(grid.buses[1].loadMW == 0.25)
    #expect(grid.buses[1].loadMVAr == -5)
    #expect(grid.buses[1].shuntMVAr == 7)
    #expect(grid.buses[1].magnitude == 1)
    #expect(grid.buses[1].angle == -2.5)
    #expect(grid.buses[1].magnitudeMax == .infinity)
    #expect(grid.buses.map(\.name) == ["Alpha 1", "It's B"])
    #expect(grid.branches[0].reactance == 0.1)
  }

  @Test("are converted as the code at their end says")
  func converts() throws {
    let tail = """

      [PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
          VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
      [F_BUS, T_BUS, BR_R, BR_X, BR_B] = idx_brch;
      Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
      Sbase = mpc.baseMVA * 1e6;              %% in VA
      mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
      mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
      pf = 0.8;
      mpc.bus(2, QD) = mpc.bus(2, PD) * sin(acos(pf));
      fixed = 0;
      if fixed
        mpc.bus(k, PD) = mystery(1);
      end
      """
    let grid = try Cases.parse(Cases.twoBuses + tail)
    #expect(grid.buses[1].loadMW == 0.05)
    #expect(abs(grid.buses[1].loadMVAr - 0.05 * 0.6) < 1e-15)
    // 110 kV and 100 MVA: 121 ohm for one per unit.
    #expect(abs(grid.branches[0].reactance - 0.1 / 121) < 1e-17)
  }

  @Test(
    "are refused with file, line and what to do",
    arguments: [
      ("mpc.version = '1';", "case.m:1: the case has format version 1; Kiln reads version 2"),
      (
        "function [baseMVA, bus] = old",
        "case.m:1: this is a case of MATPOWER's format version 1; convert it: "
          + "savecase('new.m', loadcase('old.m'))"
      ),
      ("x = 1;\ny = [1 2; 3];", "case.m:2: this row has 1 numbers, the rows before have 2"),
      (
        "for k = 1:3",
        "case.m:1: this statement cannot be interpreted; Kiln reads data and simple conversions; "
          + "run other code in MATLAB and save the case"
      ),
      (
        "x = solve(3);",
        "case.m:1: `solve` is not known here; Kiln reads data and simple conversions; "
          + "run other code in MATLAB and save the case"
      ),
      ("mpc.bus = [1 2", "case.m:1: this matrix has no end"),
      ("x = 'abc", "case.m:1: this text has no closing quote"),
      ("x = [1 2 3];\ny = x(4);", "case.m:2: `x` has 1 rows and 3 columns; the index lies outside"),
    ])
  func refuses(text: String, message: String) throws {
    let error = #expect(throws: KilnError.self) { try Cases.parse(text) }
    #expect(error.map(String.init(describing:)) == message)
  }

  @Test(
    "name the row that is wrong",
    arguments: [
      ("2 1 50 20", "1 1 50 20", "case.m:6: bus 1 is there twice"),
      ("2 1 50 20", "2 7 50 20", "case.m:6: the type of bus 2 must be 1, 2, 3 or 4"),
      (
        "[ 1 2 0.02 0.1", "[ 1 5 0.02 0.1",
        "case.m:9: branch 1 ends at bus 5, which the case does not have"
      ),
      (
        "[ 1 2 0.02 0.1", "[ 1 2 0 0",
        "case.m:9: branch 1 (1-2) has no impedance; give it a small reactance, or merge its two buses"
      ),
      (
        "gen = [ 1 0", "gen = [ 4 0",
        "case.m:8: generator 1 is at bus 4, which the case does not have"
      ),
      ("mpc.baseMVA = 100", "mpc.baseMVA = 0", "case.m:3: `baseMVA` must be a positive number"),
      (
        "50 20", "NaN 20", "case.m:6: row 2 of `mpc.bus` has no number in column 3"
      ),
    ])
  func rows(found: String, replacement: String, message: String) throws {
    let parts = Cases.twoBuses.split(separator: found, maxSplits: 1)
    let text = parts.joined(separator: replacement)
    let error = #expect(throws: KilnError.self) { try Cases.parse(text) }
    #expect(error.map(String.init(describing:)) == message)
  }

  @Test("tell of direct-current lines that are left out")
  func directCurrent() throws {
    let grid = try Cases.parse(Cases.twoBuses + "\nmpc.dcline = [1 2 1 10 10];")
    #expect(
      grid.notices == ["1 direct-current lines (`dcline`) are not part of the power flow"])
  }
}
