/** Says in one line why tests are skipped, where they are. */
import { findBrowser } from './browser.ts'

export function setup(): void {
  if (findBrowser() === undefined)
    process.stderr.write('No Chromium on the PATH: the tests in a browser are skipped. Install chromium.\n')
}
