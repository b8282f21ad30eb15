// ConventionTests
