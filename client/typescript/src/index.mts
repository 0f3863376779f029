// SPDX-License-Identifier: Apache-2.0

// For `import`. It is the package that `require` gives, so a process that uses both has one of each
// class.
export * from "./index.js";
