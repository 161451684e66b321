/** Reports in S3, one object a day. */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import { AppError, nameOf } from '#shared/errors.ts'
import { decodeJson } from '#shared/json.ts'
import type { Reports } from '#shared/reconciliation/day-run.ts'
import { StoredReport } from './report-form.ts'
import { readStored } from './stored-item.ts'

interface S3ReportsOptions {
  readonly client: S3Client
  readonly bucket: string
  readonly mchid: string
}

/** What the objects of a merchant's reports are called. */
export function reportName(mchid: string, day: string): string {
  return `reports/${mchid}/${day}.json`
}

/** Fails with AppError `storage_unavailable` when S3 cannot be reached or has no such report. */
export function createS3Reports({ client, bucket, mchid }: S3ReportsOptions): Reports {
  return {
    async get(day) {
      const object = { Bucket: bucket, Key: reportName(mchid, day) }
      const bytes = await guarded('read', async () => {
        const answer = await client.send(new GetObjectCommand(object))
        return answer.Body?.transformToByteArray()
      })
      const json = bytes === undefined ? undefined : decodeJson(bytes)?.json
      return readStored(StoredReport, json, { kind: 'report', knownVersion: 1 })
    },
    async put(report) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: reportName(mchid, report.day),
        Body: JSON.stringify(report),
        ContentType: 'application/json',
      })
      await guarded('write', () => client.send(command))
    },
  }
}

async function guarded<Result>(action: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (cause) {
    throw new AppError('storage_unavailable', `the ${action} in S3 failed: ${nameOf(cause)}`, { cause })
  }
}
