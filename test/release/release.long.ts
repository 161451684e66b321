/** A release of a small repository: what is written, and what stands in the way. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { release } from '#release/release.ts'
import type { ReleaseOptions } from '#release/release.ts'

const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- All of it.\n'
const PACKER = `require('node:fs').writeFileSync(process.argv[1] + '/some-package-0.0.0.tgz', 'x'.repeat(1500))`

let root: string
let told: string[]
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, encoding: 'utf8' })
const commit = (message: string) => git('commit', '--quiet', '--allow-empty', '--message', message)
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const versions = () => JSON.parse(textOf('package-lock.json')) as object

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'release-'))
  told = []
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'user.name', 'a')
  git('config', 'user.email', 'a@b')
  writeFileSync(join(root, '.gitignore'), '.local/\n')
  writeFileSync(join(root, 'package.json'), '{\n  "version": "0.1.0"\n}\n')
  writeFileSync(
    join(root, 'package-lock.json'),
    '{"version":"0.1.0","packages":{"":{"version":"0.1.0"},"a":{"version":"9.0.0"}}}',
  )
  writeFileSync(join(root, 'CHANGELOG.md'), CHANGELOG)
  git('add', '.')
  commit('feat: begin')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const node = (code: string) => [process.execPath, '-e', code] as const
const run = (options: Partial<ReleaseOptions> = {}) =>
  release({
    root,
    date: '2026-11-26',
    dryRun: false,
    checks: [],
    renew: [],
    packers: [node(PACKER)],
    out: (line) => told.push(line),
    ...options,
  })

describe('a release', () => {
  it('is first what package.json says and people wrote, then what the commits make of it', () => {
    run()
    expect(git('tag').trim()).toBe('v0.1.0')
    commit('fix(notify)!: answers change')
    commit('feat(client): a method')
    commit('docs: not for users')
    commit('perf: faster')
    commit('no convention')
    run({ renew: [node(`require('node:fs').appendFileSync('package.json', ' ')`)] })
    expect(git('log', '-2', '--format=%s')).toBe('chore(release): v0.2.0\nno convention\n')
    expect(git('status', '--porcelain')).toBe('')
    expect(textOf('package.json')).toBe('{\n  "version": "0.2.0"\n}\n ')
    expect(versions()).toEqual({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' }, a: { version: '9.0.0' } },
    })
    const hash = /\([0-9a-f]{7,}\)/g
    expect(textOf('CHANGELOG.md').replaceAll(hash, '(…)')).toBe(
      `# Changelog

## [Unreleased]

## [0.2.0] - 2026-11-26

### Breaking changes

- **notify:** answers change (…)

### Features

- **client:** a method (…)

### Performance

- faster (…)

## [0.1.0] - 2026-11-26

### Added

- All of it.
`,
    )
    expect(readdirSync(join(root, '.local/release/0.2.0'))).toEqual(['some-package-0.0.0.tgz'])
    expect(told.join('\n')).toContain('  some-package  2 kB')
  })

  it('changes nothing in a dry run, and says what would be', () => {
    run({ dryRun: true, version: '1.0.0' })
    expect(told.join('\n')).toMatch(
      /^v1\.0\.0, after none: 1 commits[^]*- All of it\.[^]*Would be committed and tagged v1\.0\.0/,
    )
    expect([git('tag'), git('status', '--porcelain'), git('log', '--format=%s')]).toEqual([
      '',
      '',
      'feat: begin\n',
    ])
    expect(existsSync(join(root, '.local'))).toBe(false)
  })
})

describe('is refused, with nothing done:', () => {
  it.each<[string, () => void, Partial<ReleaseOptions>, RegExp]>([
    ['a dirty tree', () => writeFileSync(join(root, 'new'), ''), {}, /not clean: commit or remove\n\?\? new/],
    [
      'another branch',
      () => git('switch', '--quiet', '--create', 'work'),
      {},
      /branch work: release from main/,
    ],
    [
      'a failing check',
      () => {},
      { checks: [node('process.exit(1)')] },
      /process\.exit\(1\) failed: mend it/,
    ],
    [
      'a check that leaves something',
      () => {},
      { checks: [node(`require('node:fs').writeFileSync('left', '')`)] },
      /\?\? left/,
    ],
    ['nothing new', () => git('tag', 'v0.1.0'), {}, /nothing was committed since v0\.1\.0/],
    [
      'an old version',
      () => (git('tag', 'v0.10.0'), commit('fix: x')),
      { version: '0.9.1' },
      /0\.9\.1 is not newer than v0\.10\.0/,
    ],
    ['no version', () => {}, { version: '1.0' }, /--version 1\.0 must have three numbers/],
  ])('%s', (_, prepare, options, says) => {
    prepare()
    const before = git('log', '--format=%s') + git('tag')
    expect(() => run(options)).toThrow(says)
    expect(git('log', '--format=%s') + git('tag')).toBe(before)
  })
})
