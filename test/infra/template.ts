/** Templates for the tests, and a walk over them that makes references readable. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { ReleaseWay } from '#infra/constructs/releases.ts'
import { PaymentStack } from '#infra/stack.ts'
import type { StageInput } from '#infra/stage/stage-settings.ts'
import { checkStage } from '#infra/stage/stages.ts'

export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly UpdatePolicy?: unknown
}

export interface TemplateJson {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>
}

export const EXAMPLE: StageInput = {
  region: 'us-east-1',
  mchid: '1900000109',
  appids: ['wxd678efh567hg6787', 'wx2421b1c4370ec43b'],
  // Releases have a test of their own.
  canaryMinutes: 0,
}

/** In place of the example's WeChat Pay. */
export const ALIPAY_ALONE: Partial<StageInput> = {
  mchid: undefined,
  appids: undefined,
  alipay: { appId: '2021001161683774', sellerId: '2088531891668739' },
}

const flags = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')) as { context: object }
).context as Record<string, unknown>

/**
 * Something about an app with these stages, over an empty bundle: what is in the bundles is another test's business.
 * CloudFormation's own rules are asked for where they are the question: loading them takes longer than any template.
 */
export function appOf<Found>(
  stages: Readonly<Record<string, Partial<StageInput>>>,
  look: (stacks: Readonly<Record<string, PaymentStack>>, app: App) => Found,
  {
    validated = false,
    release = 'canary',
  }: { readonly validated?: boolean; readonly release?: ReleaseWay } = {},
): Found {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-template-'))
  try {
    const bundle = join(directory, 'bundle')
    mkdirSync(bundle)
    writeFileSync(join(bundle, 'index.js'), 'exports.handler = async () => undefined\n')
    const app = new App({
      // Where each resource was made is in no template, and takes a tenth of the time.
      context: { ...flags, 'aws:cdk:disable-creation-stack-traces': true },
      stackTraces: false,
      outdir: join(directory, 'cdk.out'),
      builtinCloudFormationValidation: validated,
    })
    const stacks = Object.entries(stages).map(([name, settings]) => {
      const stage = checkStage(name, { ...EXAMPLE, ...settings })
      const stack = new PaymentStack(app, `wxpay-${name}`, {
        stage,
        release,
        bundles: { directoryOf: () => bundle },
        env: { region: stage.region },
      })
      return [name, stack] as const
    })
    return look(Object.fromEntries(stacks), app)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Something about the stack of one stage. */
export function stackOf<Found>(settings: Partial<StageInput>, look: (stack: PaymentStack) => Found): Found {
  return appOf({ test: settings }, ({ test }) => look(test!))
}

const templates = new Map<string, TemplateJson>()

/** The template of a stage, made once for all test files of a worker. */
export function templateOf(settings: Partial<StageInput> = {}): TemplateJson {
  // What is taken away from the example counts as well.
  const key = JSON.stringify(settings, (_, value: unknown) => value ?? null)
  const known = templates.get(key)
  if (known !== undefined) return known
  const made = stackOf(settings, (stack) => Template.fromStack(stack).toJSON() as unknown as TemplateJson)
  templates.set(key, made)
  return made
}

/** Resources of a type by their logical id without CDK's hash. */
export function resourcesOf(template: TemplateJson, type: string): Record<string, Resource> {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [withoutHash(id), resource]),
  )
}

/** A value with its references spelled out: `{"Ref": "TablesOrders1A2B3C4D"}` is `TablesOrders`. */
export function readable(value: unknown): string {
  if (typeof value === 'string') return value
  const [[name, argument] = ['', undefined]] = Object.entries(value as Record<string, unknown>)
  switch (name) {
    case 'Ref':
      return withoutHash(String(argument))
    case 'Fn::GetAtt': {
      const [id, attribute] = argument as [string, string]
      return `${withoutHash(id)}.${attribute}`
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]]
      return parts.map(readable).join(separator)
    }
    case 'Fn::Select': {
      const [index, parts] = argument as [number, { 'Fn::Split': [string, unknown] }]
      const [separator, whole] = parts['Fn::Split']
      return readable(whole).split(separator)[index]!
    }
    default:
      throw new Error(`no such intrinsic function: ${JSON.stringify(value)}`)
  }
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '')
}
