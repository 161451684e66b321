/** `npm run release -- [--dry-run] [--version x.y.z]` */
import { parseArgs } from 'node:util'
import { PUBLISHED } from './packages.ts'
import { ReleaseRefused } from './plan.ts'
import { ROOT } from './project.ts'
import { release } from './release.ts'

const HELP = `npm run release -- [--dry-run] [--version x.y.z]

Runs the checks, writes the version into package.json and the commits since the last tag into CHANGELOG.md, commits and tags
that, and packs what is published into .local/release. Pushing and publishing are left to you; it prints how.

  --dry-run          the checks, and what would be done, without doing it
  --version x.y.z    instead of the version that the commits make by SemVer
  --help             this text
`

const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    version: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

function main(): void {
  if (values.help) return void process.stdout.write(HELP)
  release({
    root: ROOT,
    date: new Date().toISOString().slice(0, 10),
    version: values.version,
    dryRun: values['dry-run'],
    checks: [
      ['npm', 'test'],
      ['npm', 'run', 'check:packages'],
    ],
    renew: [['npm', 'run', 'contract']],
    packers: PUBLISHED.map((part) => [process.execPath, `${part}/packaging/pack.ts`]),
    out: (line) => void process.stdout.write(`${line}\n`),
  })
}

try {
  main()
} catch (error) {
  if (!(error instanceof ReleaseRefused)) throw error
  process.stderr.write(`error: ${error.message}\n`)
  process.exitCode = 1
}
