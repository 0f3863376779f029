// SPDX-License-Identifier: Apache-2.0

// A reporter for `node --test`: a line for each case that fails, and the sum at the end.

interface TestEvent {
  type: string;
  data: {
    name?: string;
    file?: string;
    message?: string;
    details?: { type?: string; error?: Error & { failureType?: string } };
  };
}

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of events) {
    if (type === "test:stderr" || type === "test:stdout") yield data.message ?? "";
    const isGroup = data.details?.type === "suite" || /\.test\.js$/.test(data.name ?? "");
    if (type === "test:pass" && !isGroup) ++passed;
    if (type !== "test:fail") continue;
    const { error } = data.details ?? {};
    // Its cases have been reported.
    if (isGroup && error?.failureType === "subtestsFailed") continue;
    ++failed;
    const cause = error?.cause;
    const why = cause instanceof Error ? cause.message : String(cause ?? error);
    yield `FAILED ${data.name}: ${why.replace(/\s+/g, " ")}\n`;
  }
  yield `${passed} passed, ${failed} failed\n`;
}
