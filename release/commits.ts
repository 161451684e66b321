/** Conventional commits (conventionalcommits.org), and what they make of a version. */

export interface Commit {
  readonly hash: string
  readonly type: string
  readonly scope: string | undefined
  readonly breaking: boolean
  readonly subject: string
}

/** For `git log`: hash, subject and body, apart by characters that no message has. */
export const LOG_FORMAT = '--format=%h%x1f%s%x1f%b%x1e'

const HEADER = /^(?<type>[a-z]+)(?:\((?<scope>[^()]+)\))?(?<bang>!)?: (?<subject>.+)$/
const BREAKING = /^BREAKING[ -]CHANGE: /m

/** Those that follow the convention; others say nothing to users. */
export function parseCommits(log: string): readonly Commit[] {
  return log.split('\x1e').flatMap((entry) => {
    const [hash = '', header = '', body = ''] = entry.trim().split('\x1f')
    const { type, scope, bang, subject } = HEADER.exec(header)?.groups ?? {}
    if (type === undefined || subject === undefined) return []
    return [{ hash, type, scope, subject, breaking: bang !== undefined || BREAKING.test(body) }]
  })
}

/** By SemVer; before 1.0.0 what breaks raises the second number, as npm's `^` expects. */
export function nextVersion(version: string, commits: readonly Commit[]): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const breaks = commits.some(({ breaking }) => breaking)
  if (breaks && major > 0) return `${major + 1}.0.0`
  if (breaks || commits.some(({ type }) => type === 'feat')) return `${major}.${minor + 1}.0`
  return `${major}.${minor}.${patch + 1}`
}
