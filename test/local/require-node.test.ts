import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const GUARD = join(ROOT, 'local/require-node.cjs')

/** Runs the guard in a process that says that it is of this version. */
function guarded(version: string) {
  const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require(${JSON.stringify(GUARD)})`
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  return { status, stderr }
}

describe('the guard in front of every npm script', () => {
  it.each(['22.18.0', '22.23.3', '24.0.0', '25.9.0', '26.10.0'])(
    'lets Node.js %s pass in silence',
    (version) => {
      expect(guarded(version)).toEqual({ status: 0, stderr: '' })
    },
  )

  it.each(['18.20.0', '20.20.2', '22.9.0', '22.17.1', '23.11.1'])(
    'stops Node.js %s with one sentence',
    (version) => {
      const { status, stderr } = guarded(version)
      expect(status).toBe(1)
      expect(stderr).toMatch(/^This project needs Node\.js [^\n]+\n$/)
      expect(stderr).toContain(`and found ${version}: install Node.js 24`)
    },
  )

  it('stands before every script that runs TypeScript', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>
    }
    const direct = Object.keys(scripts).filter((name) =>
      /^node [^&]*\.ts\b|vitest run/.test(scripts[name] ?? ''),
    )
    expect(direct.length).toBeGreaterThan(5)
    // First of what stands there; what follows a script has the guard of that script.
    const guardOf = (name: string) => scripts[`pre${name.replace(/^post/, '')}`]?.split(' && ')[0]
    expect(direct.filter((name) => guardOf(name) !== 'node local/require-node.cjs')).toEqual([])
  })
})
