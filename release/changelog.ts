/** The section of a release: what people wrote under Unreleased, then what the commits say. */
import type { Commit } from './commits.ts'

const UNRELEASED = '## [Unreleased]\n'

const GROUPS: Readonly<Record<string, (commit: Commit) => boolean>> = {
  'Breaking changes': ({ breaking }) => breaking,
  Features: ({ type, breaking }) => type === 'feat' && !breaking,
  Fixes: ({ type, breaking }) => type === 'fix' && !breaking,
  Performance: ({ type, breaking }) => type === 'perf' && !breaking,
}

export interface Section {
  readonly version: string
  /** `2026-11-26` */
  readonly date: string
  readonly commits: readonly Commit[]
}

/** @throws Error when there is no place for it. */
export function sectionOf(changelog: string, { version, date, commits }: Section): string {
  const [, after] = changelog.split(UNRELEASED)
  if (after === undefined) throw new Error(`CHANGELOG.md has no line "${UNRELEASED.trim()}"`)
  const [written = ''] = after.split(/^## \[/m)
  const parts = [`## [${version}] - ${date}`, written.trim(), ...Object.entries(GROUPS).map(group(commits))]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The changelog with the section in place of what was unreleased. */
export function released(changelog: string, section: string): string {
  const [before = '', after = ''] = changelog.split(UNRELEASED)
  const older = after.search(/^## \[/m)
  const rest = older === -1 ? '' : `\n${after.slice(older)}`
  return `${before}${UNRELEASED}\n${section}${rest}`
}

function group(commits: readonly Commit[]) {
  return ([title, holds]: readonly [string, (commit: Commit) => boolean]): string => {
    const lines = commits
      .filter(holds)
      .map(
        ({ scope, subject, hash }) => `- ${scope === undefined ? '' : `**${scope}:** `}${subject} (${hash})`,
      )
    return lines.length === 0 ? '' : `### ${title}\n\n${lines.join('\n')}`
  }
}
