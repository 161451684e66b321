/** The templates of every stage, in both partitions, by cfn-lint. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { STAGES } from '#infra/stage/stages.ts'
import { synthesize } from '#infra/synthesize.ts'
import { pinnedVersion, pythonEngine } from '../engines/python.ts'
import type { Context, Outcome, Part } from '../part.ts'
import { EXPLAINED } from './explained.ts'

const ALIPAY = { alipay: { appId: '2021001161683774', sellerId: '2088531891668739' } }
const TRIAL = { terminationProtection: false, canaryMinutes: 0 } as const

/** The stages, and one of each kind that they are not of: with both channels, and with Alipay alone. */
const KINDS: typeof STAGES = {
  ...STAGES,
  both: { region: 'us-east-1', mchid: '1900000109', appids: ['wxd678efh567hg6787'], ...ALIPAY, ...TRIAL },
  alipay: { region: 'cn-north-1', ...ALIPAY, ...TRIAL },
}

interface Finding {
  readonly Level: string
  readonly Message: string
  readonly Rule: { readonly Id: string }
  readonly Location: { readonly Path: ReadonlyArray<string | number> | null }
}

const CFN_LINT = `cfn-lint ${await pinnedVersion('cfn-lint')}`

export const LINT: Part = {
  name: 'lint',
  engines: () => [CFN_LINT],
  proves:
    'the templates of all stages and of each set of channels fit the schemas of their regions, in aws and aws-cn',
  breaks: 'a queue gets a property that no queue has',
  run,
}

async function run({ scratch, broken, say }: Context): Promise<Outcome> {
  const program = join(await pythonEngine('cfn-lint'), 'cfn-lint')
  synthesize({ outdir: scratch, stages: KINDS })
  const seen: Finding[] = []
  const faults: string[] = []
  for (const [name, { region }] of Object.entries(KINDS)) {
    const template = join(scratch, `wxpay-${name}.template.json`)
    if (broken) await plant(template)
    const findings = await lint(program, { region, template })
    say(`${name} in ${region}: ${findings.length} findings`)
    seen.push(...findings)
    const strange = findings.filter((finding) => !explained(finding))
    faults.push(
      ...strange.map((finding) => `${name}: ${finding.Rule.Id} ${pathOf(finding)}: ${finding.Message}`),
    )
  }
  const gone = EXPLAINED.filter((one) => !seen.some((finding) => fits(one, finding)))
  faults.push(...gone.map(({ rule }) => `${rule} is explained and no longer seen`))
  const errors = seen.filter(({ Level }) => Level === 'Error').length
  const known = seen.filter(explained).length
  return {
    figures: [`${Object.keys(KINDS).length} templates, ${errors} errors, ${known} explained warnings`],
    faults,
  }
}

/** Its exit code says what was found; only what it prints is looked at. */
async function lint(
  program: string,
  { region, template }: { readonly region: string; readonly template: string },
): Promise<readonly Finding[]> {
  const args = ['--regions', region, '--include-checks', 'I', '--format', 'json', '--', template]
  const { promise, resolve, reject } = Promise.withResolvers<readonly Finding[]>()
  execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) => {
    try {
      resolve(JSON.parse(stdout))
    } catch {
      reject(new Error(`cfn-lint gave no findings for ${template}: ${stderr}`))
    }
  })
  return promise
}

async function plant(template: string): Promise<void> {
  const content = JSON.parse(await readFile(template, 'utf8'))
  const queue = Object.keys(content.Resources).find((id) => content.Resources[id].Type === 'AWS::SQS::Queue')
  content.Resources[queue ?? ''].Properties.Priority = 'high'
  await writeFile(template, JSON.stringify(content))
}

function pathOf({ Location: { Path } }: Finding): string {
  return Path?.join('/') ?? ''
}

function fits({ rule, at }: { readonly rule: string; readonly at: RegExp }, finding: Finding): boolean {
  return finding.Rule.Id === rule && at.test(pathOf(finding))
}

function explained(finding: Finding): boolean {
  return EXPLAINED.some((one) => fits(one, finding))
}
