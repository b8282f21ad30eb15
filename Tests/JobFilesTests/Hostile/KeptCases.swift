/// Job files that once surprised somebody, here or elsewhere; each must be refused.
enum KeptCases {
  static let all = [
    // Merge keys copy what stands elsewhere.
    "base: &base {kernel: test.sleep}\n<<: *base\n",
    // A value that contains itself.
    "kernel: test.sleep\nparameters: &p {value: *p}\n",
    // `no` is a country, not a truth value, and no number either.
    "kernel: test.sleep\nparameters: {value: no}\n",
    // Tags make objects in careless readers.
    "%TAG !e! tag:example.com,2000:\n---\nkernel: !e!python/object/apply:os.system [id]\n",
    // Sexagesimal numbers of YAML 1.1.
    "kernel: test.sleep\nparameters: {value: 1:30}\n",
    // Octal numbers of YAML 1.1.
    "kernel: test.sleep\nparameters: {value: 0o17}\n",
  ]
}
