/** Turns stages into CloudFormation templates and assets: for the CDK command line, the local stack and tests alike. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import * as v from 'valibot'
import { type Bundles, bundleOperations } from './bundle.ts'
import { bundleFolder, channelsOf, labelOf } from './channels/channels.ts'
import { type ReleaseWay, releaseWay } from './constructs/releases.ts'
import { PaymentStack, type PaymentStackProps } from './stack.ts'
import type { StageInput } from './stage/stage-settings.ts'
import { STAGES, stageNamed } from './stage/stages.ts'

const LackingSettings = v.optional(v.record(v.string(), v.unknown()), {})
type Lacking = v.InferOutput<typeof LackingSettings>

const LostSettings = v.optional(v.array(v.string()), [])

const CdkJson = v.object({ context: v.record(v.string(), v.unknown()) })

export interface SynthesizeOptions {
  /** Where to write. @default what the CDK command line asks for by CDK_OUTDIR, else a new temporary directory */
  readonly outdir?: string
  /** @default those of infra/stage/stages.ts */
  readonly stages?: Readonly<Record<string, StageInput>>
  /** The stage to write. @default the one of the CDK context `stage`, else all */
  readonly stage?: string
  /** Settings for stages that do not have them themselves. @default the CDK context `lacking`, else none */
  readonly lacking?: Lacking
  /** The names of settings that stages lose. @default the CDK context `without`, else none */
  readonly without?: readonly string[]
  /** How the functions get their new version. @default what the CDK context `release` says, else `canary` */
  readonly release?: ReleaseWay
}

/**
 * Bundles the functions and writes `wxpay-<stage>.template.json`, `wxpay-<stage>.assets.json` and the asset directories.
 * Needs neither network, credentials nor Docker.
 *
 * @throws Error naming what is wrong with the settings of a stage, or the findings of cdk-nag that nobody acknowledged.
 */
export function synthesize(options: SynthesizeOptions = {}): CloudAssembly {
  const app = new App({
    ...(options.outdir !== undefined && { outdir: options.outdir }),
    context: featureFlags(),
    analyticsReporting: false,
    autoSynth: false,
  })
  const bundles = mkdtempSync(join(tmpdir(), 'wxpay-bundles-'))
  try {
    const chosen = options.stage ?? v.parse(v.optional(v.string()), app.node.tryGetContext('stage'))
    const lacking = options.lacking ?? v.parse(LackingSettings, app.node.tryGetContext('lacking'))
    const without = options.without ?? v.parse(LostSettings, app.node.tryGetContext('without'))
    const known = withoutSettings(options.stages ?? STAGES, without)
    const names = chosen === undefined ? Object.keys(known) : [chosen]
    const stages = names.map((name) => stageNamed(name, lacking, known))
    const release = options.release ?? releaseWay(app.node.tryGetContext('release'))
    const built = new Map<string, Bundles>()
    for (const stage of stages) {
      const channels = channelsOf(stage)
      const folder = bundleFolder(channels)
      const own = built.get(folder) ?? bundleOperations(join(bundles, folder), channels)
      built.set(folder, own)
      addStack(app, { stage, release, bundles: own })
    }
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
    return app.synth()
  } finally {
    // The assets have been copied into the assembly.
    rmSync(bundles, { recursive: true, force: true })
  }
}

function withoutSettings(stages: typeof STAGES, names: readonly string[]): typeof STAGES {
  const lost = Object.fromEntries(names.map((name) => [name, undefined]))
  return Object.fromEntries(Object.entries(stages).map(([stage, own]) => [stage, { ...own, ...lost }]))
}

function addStack(app: App, props: PaymentStackProps): PaymentStack {
  const { stage } = props
  return new PaymentStack(app, `wxpay-${stage.name}`, {
    ...props,
    description: `${labelOf(channelsOf(stage))}: payments, refunds and notifications, stage ${stage.name}`,
    env: { region: stage.region, ...(stage.account !== undefined && { account: stage.account }) },
  })
}

/** Those of cdk.json, so that the template is the same with and without the CDK command line. */
function featureFlags(): Record<string, unknown> {
  const path = resolve(import.meta.dirname, '..', 'cdk.json')
  return v.parse(CdkJson, JSON.parse(readFileSync(path, 'utf8'))).context
}
