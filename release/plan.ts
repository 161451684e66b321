/** What a release would be, from the state of the repository alone. Changes nothing. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sectionOf } from './changelog.ts'
import { LOG_FORMAT, nextVersion, parseCommits } from './commits.ts'

/** A reason not to release, with what to do. */
export class ReleaseRefused extends Error {
  override readonly name = 'ReleaseRefused'
}

export interface Plan {
  readonly version: string
  readonly tag: string
  /** Of CHANGELOG.md. */
  readonly section: string
  readonly lastTag: string | undefined
  readonly commits: number
}

export interface Asked {
  readonly root: string
  /** `2026-11-26` */
  readonly date: string
  /** Instead of the one that the commits make. */
  readonly version?: string | undefined
}

export function gitIn(root: string) {
  return (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
}

/** @throws ReleaseRefused */
export function planRelease({ root, date, version: wanted }: Asked): Plan {
  const git = gitIn(root)
  requireClean(root)
  const branch = git('branch', '--show-current')
  if (branch !== 'main') throw new ReleaseRefused(`this is branch ${branch || '(none)'}: release from main`)
  const tags = git('tag', '--list', 'v*', '--sort=-version:refname', '--merged', 'HEAD').split('\n')
  const lastTag = tags.find((tag) => tag !== '')
  const commits = parseCommits(git('log', LOG_FORMAT, lastTag === undefined ? 'HEAD' : `${lastTag}..HEAD`))
  if (commits.length === 0)
    throw new ReleaseRefused(`nothing was committed since ${lastTag}: there is nothing to release`)
  const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const version =
    wanted ?? (lastTag === undefined ? manifest.version : nextVersion(lastTag.slice(1), commits))
  requireNewer(version, lastTag)
  // Everything is new in the first: what people wrote says it better than every commit.
  const told = lastTag === undefined ? [] : commits
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  const section = sectionOf(changelog, { version, date, commits: told })
  return { version, tag: `v${version}`, section, lastTag, commits: commits.length }
}

/** @throws ReleaseRefused */
export function requireClean(root: string): void {
  const changed = gitIn(root)('status', '--porcelain')
  if (changed !== '') throw new ReleaseRefused(`the working tree is not clean: commit or remove\n${changed}`)
}

function requireNewer(version: string, lastTag: string | undefined): void {
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new ReleaseRefused(`--version ${version} must have three numbers, as in 1.0.0`)
  if (lastTag === undefined) return
  const older = lastTag.slice(1).localeCompare(version, 'en', { numeric: true }) >= 0
  if (older) throw new ReleaseRefused(`${version} is not newer than ${lastTag}: choose a higher --version`)
}
