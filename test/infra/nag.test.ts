import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { ACKNOWLEDGEMENTS } from '#infra/acknowledgements.ts'
import type { StageInput } from '#infra/stage/stage-settings.ts'
import { synthesize } from '#infra/synthesize.ts'
import { stackOf, templateOf } from './template.ts'

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000'

/** Every setting that changes which resources there are. */
const VARIANTS: Readonly<Record<string, Partial<StageInput>>> = {
  'us-east-1': {},
  'cn-north-1': { region: 'cn-north-1' },
  'cn-northwest-1': { region: 'cn-northwest-1' },
  'without tracing': { tracing: false },
  'without canary': { canaryMinutes: 0 },
  'that can be thrown away': { retainData: false, terminationProtection: false },
  'with JWT and a domain': {
    merchantAuthorization: { type: 'jwt', issuer: 'https://login.example.com', audience: ['pay'] },
    customDomain: { name: 'pay.example.com', certificateArn: CERTIFICATE },
  },
  'with mTLS': {
    merchantAuthorization: { type: 'mtls', truststoreUri: 's3://trust/ca.pem' },
    customDomain: { name: 'pay.example.com', certificateArn: CERTIFICATE },
    notifyDomain: { name: 'hooks.example.com', certificateArn: CERTIFICATE },
  },
}

function findingsOf(settings: Partial<StageInput>): string[] {
  return stackOf({ canaryMinutes: 5, ...settings }, (stack) =>
    [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((pack) =>
      pack
        .validateScope(stack)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
        ),
    ),
  )
}

describe('cdk-nag', () => {
  it.each(Object.keys(VARIANTS))('finds nothing that is not explained in a stage %s', (name) => {
    expect(findingsOf(VARIANTS[name]!)).toEqual([])
  })

  it('finds what is not acknowledged', () => {
    const found = stackOf({}, (stack) => {
      const queue = new Queue(stack, 'Another')
      return new AwsSolutionsChecks().validateScope(queue).violations.map(({ ruleName }) => ruleName)
    })
    expect(found.sort()).toEqual(['AwsSolutions-SQS3', 'AwsSolutions-SQS4'])
  })

  it('is asked at every synth', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'wxpay-nag-'))
    try {
      expect(() => synthesize({ outdir, stage: 'dev' })).not.toThrow()
    } finally {
      rmSync(outdir, { recursive: true, force: true })
    }
  })
})

describe('the template', () => {
  it('stays well below the 500 resources that CloudFormation takes', () => {
    const { Resources } = templateOf({ ...VARIANTS['with mTLS'], canaryMinutes: 5 })
    expect(Object.keys(Resources).length).toBeLessThan(300)
  })
})

describe('acknowledgements', () => {
  it('say why in a sentence each', () => {
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason).toMatch(/^\S.{40,}\.$/)
  })

  it('are about resources that there are', () => {
    const paths = Object.values(VARIANTS).flatMap((settings) =>
      stackOf({ canaryMinutes: 5, ...settings }, ({ system }) =>
        system.node.findAll().map(({ node }) => node.path.slice(system.node.path.length + 1)),
      ),
    )
    for (const { at } of ACKNOWLEDGEMENTS) expect(paths.some((path) => at.test(path))).toBe(true)
  })
})
