/** Settings of a stage that are right, parts of them, and what is wrong with others. */
import { checkStage } from '#infra/stage/stages.ts'

export const VALID = { region: 'us-east-1', mchid: '1900000109', appids: ['wxd678efh567hg6787'] }

export const CERTIFICATE =
  'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000'
export const PAY = { name: 'pay.example.com', certificateArn: CERTIFICATE }
export const MTLS = { type: 'mtls', truststoreUri: 's3://trust/ca.pem' }

/** The sentence that names what is wrong, or nothing. */
export function problemsOf(settings: unknown, name = 'test'): string {
  try {
    checkStage(name, settings)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
