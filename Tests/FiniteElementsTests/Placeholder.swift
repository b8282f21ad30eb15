// FiniteElementsTests
