/** Resources by their interface in CDK, which its own classes miss where optional members are held to be exact, as they are here. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IBucket } from 'aws-cdk-lib/aws-s3'

type Known<Resource, Attribute extends keyof Resource> = Pick<Resource, Attribute>

export function asTable(table: Known<ITable, 'tableArn'>): ITable {
  if (isTable(table)) return table
  throw new Error('a table of CDK has grants')
}

export function asBucket(bucket: Known<IBucket, 'bucketArn'>): IBucket {
  if (isBucket(bucket)) return bucket
  throw new Error('a bucket of CDK has grants')
}

function isTable(table: object): table is ITable {
  return 'grantReadData' in table
}

function isBucket(bucket: object): bucket is IBucket {
  return 'grantRead' in bucket
}
