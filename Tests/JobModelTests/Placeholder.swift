// JobModelTests
