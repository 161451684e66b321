/** Makes a release in the working tree: checks, version, changelog, commit, tag, tarballs. Nothing leaves the machine. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { released } from './changelog.ts'
import { gitIn, planRelease, ReleaseRefused, requireClean } from './plan.ts'
import type { Asked, Plan } from './plan.ts'

type Command = readonly [program: string, ...args: readonly string[]]

export interface ReleaseOptions extends Asked {
  readonly dryRun: boolean
  /** Each has to end with exit code 0. */
  readonly checks: readonly Command[]
  /** Bring what is made of the version in step with it. */
  readonly renew: readonly Command[]
  /** Each writes a tarball into the folder that it is given. */
  readonly packers: readonly Command[]
  readonly out: (line: string) => void
}

/** @throws ReleaseRefused, and then nothing was committed, tagged or packed. */
export function release(options: ReleaseOptions): void {
  const { root, dryRun, out } = options
  const plan = planRelease(options)
  out(`${plan.tag}, after ${plan.lastTag ?? 'none'}: ${plan.commits} commits\n\n${plan.section}`)
  for (const check of options.checks) carryOut(check, root)
  requireClean(root)
  if (dryRun) return withTemporaryFolder((folder) => tellPackages(options, plan, folder))
  commitAndTag(options, plan)
  const folder = join(root, '.local/release', plan.version)
  mkdirSync(folder, { recursive: true })
  tellPackages(options, plan, folder)
  out(`To publish: git push --follow-tags origin main, then npm publish for each tarball in ${folder}`)
}

function tellPackages({ packers, root, dryRun, out }: ReleaseOptions, plan: Plan, folder: string): void {
  for (const packer of packers) carryOut([...packer, folder], root)
  const repository: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).repository
  if (repository === undefined)
    out('package.json has no repository: packages name no homepage, and links of their pages are plain text')
  out(
    dryRun
      ? `Would be committed and tagged ${plan.tag}, and published as ${plan.version}:`
      : `Tagged ${plan.tag}:`,
  )
  for (const file of readdirSync(folder).toSorted())
    out(
      `  ${file.replace(/-\d+\.\d+\.\d+\.tgz$/, '')}  ${Math.ceil(statSync(join(folder, file)).size / 1000)} kB`,
    )
}

function commitAndTag({ root, renew }: ReleaseOptions, { version, tag, section }: Plan): void {
  rewrite(root, 'package.json', (text) => withVersion(text, version))
  rewrite(root, 'package-lock.json', (text) => withVersion(text, version))
  rewrite(root, 'CHANGELOG.md', (text) => released(text, section))
  for (const command of renew) carryOut(command, root)
  const git = gitIn(root)
  git('commit', '--quiet', '--all', '--allow-empty', '--message', `chore(release): ${tag}`)
  git('tag', '--annotate', tag, '--message', tag)
}

/** A lock has it twice: of the project, and of the project as a package. */
function withVersion(text: string, version: string): string {
  const manifest = JSON.parse(text)
  manifest.version = version
  if (manifest.packages !== undefined) manifest.packages[''].version = version
  return `${JSON.stringify(manifest, null, 2)}\n`
}

function rewrite(root: string, path: string, change: (text: string) => string): void {
  writeFileSync(join(root, path), change(readFileSync(join(root, path), 'utf8')))
}

function carryOut([program, ...args]: Command, root: string): void {
  try {
    execFileSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  } catch {
    throw new ReleaseRefused(`${[program, ...args].join(' ')} failed: mend it, and release then`)
  }
}

function withTemporaryFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'wxpay-release-'))
  try {
    work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
