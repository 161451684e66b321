/**
 * Programs that tests start load the same modules again and again: what Node makes of the source of each is kept for one run.
 * Half of the time that `npm start -- --help` takes goes there.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs before all test files, which inherit the environment. */
export function setup(): void {
  const place = mkdtempSync(join(tmpdir(), 'wxpay-compiled-'))
  process.env['NODE_COMPILE_CACHE'] = place
  // Workers write to it until they end, which is after the tear-down.
  process.once('exit', () => rmSync(place, { recursive: true, force: true }))
}
