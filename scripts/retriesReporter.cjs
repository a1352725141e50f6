const { reporters, Runner } = require('mocha');
const { EVENT_RUN_END, EVENT_TEST_RETRY } = Runner.constants;

/** Tells, after everything else, which tests have failed and were tried again: on a machine that stands still at times. */
module.exports = class RetriesReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const retried = [];
    runner.on(EVENT_TEST_RETRY, (test, error) => {
      retried.push(`  ${test.fullTitle()}:\n    ${String(error?.stack ?? error).replaceAll('\n', '\n    ')}`);
    });
    runner.once(EVENT_RUN_END, () => {
      if (retried.length > 0)
        process.on('exit', () => console.log(`FAILED ONCE, and tried again:\n${retried.join('\n')}`));
    });
  }
};
