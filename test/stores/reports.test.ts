import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMessaging } from '#local/cloud/messaging.ts'
import { createS3Client } from '#shared/aws/clients.ts'
import { summaryOf } from '#shared/reconciliation/day-run.ts'
import type { DayRun } from '#shared/reconciliation/day-run.ts'
import { createDynamoDayRuns } from '#shared/stores/dynamo-day-runs.ts'
import { DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { createS3Reports, reportName } from '#shared/stores/s3-reports.ts'
import { aDay, billText, DAY, paid, reportIn, soldOrder } from '#test/reconciliation/day-world.ts'
import { MCHID } from '#test/support/orders.ts'
import type { Dynamo } from './engines.ts'
import { DYNAMO_ENGINES } from './engines.ts'

const AWS = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
const BUCKET = 'reports-of-days'

const cloud = await startMessaging()
const client = createS3Client({ ...AWS, endpoint: cloud.endpoint })
const reports = createS3Reports({ client, bucket: BUCKET, mchid: MCHID })

const report = reportIn(
  await (await aDay([soldOrder(1)])).reconcile({ bills: { trade: billText([paid(1, 1000)]) } }),
)

beforeAll(() => client.send(new CreateBucketCommand({ Bucket: BUCKET })))
afterAll(async () => {
  client.destroy()
  await cloud.stop()
})

describe('reports in S3', () => {
  it('come back as they were written, and are written over', async () => {
    await reports.put({ ...report, matched: 7 })
    await reports.put(report)
    expect(await reports.get(DAY)).toEqual(report)
  })

  it('that are not there, or not what this release writes, are no empty reports', async () => {
    await expect(reports.get('2026-11-23')).rejects.toThrow('the read in S3 failed: NoSuchKey')
    const put = (Body: string) =>
      client.send(new PutObjectCommand({ Bucket: BUCKET, Key: reportName(MCHID, '2026-11-22'), Body }))
    await put('{"v":2}')
    await expect(reports.get('2026-11-22')).rejects.toThrow('the stored report has form 2')
    await put('cut o')
    await expect(reports.get('2026-11-22')).rejects.toThrow('the stored report cannot be read')
  })
})

describe.each(DYNAMO_ENGINES)('runs in %s', (_name, start) => {
  let dynamo: Dynamo
  beforeAll(async () => {
    dynamo = await start()
  })
  afterAll(() => dynamo.stop())

  it('are one item a day, which the next run writes over', async () => {
    const tableName = await dynamo.createTable(DUE_INDEX)
    const runs = createDynamoDayRuns({ client: dynamo.client, tableName, mchid: MCHID })
    expect(await runs.get(DAY)).toBeUndefined()
    const partial: DayRun = { day: DAY, state: 'partial', ran_at: 1, position: { sha1: 'a', line: 3 } }
    await runs.put(partial)
    expect(await runs.get(DAY)).toEqual(partial)
    const complete: DayRun = {
      day: DAY,
      state: 'complete',
      ran_at: 2,
      completed_at: 2,
      digest: 'd',
      published: 'd',
      summary: summaryOf(report),
    }
    await runs.put(complete)
    expect(await runs.get(DAY)).toEqual(complete)
    expect(await runs.get('2026-11-25')).toBeUndefined()
  })
})
