/** What functions ask AWS, and what AWS answers. */

/** Every command that a function sends, with something of each kind in it. */
export const COMMANDS: Readonly<Record<string, readonly [client: string, input: object]>> = {
  GetItemCommand: ['DynamoDb', { TableName: 't', Key: { k: { S: 'a' } }, ConsistentRead: true }],
  PutItemCommand: [
    'DynamoDb',
    {
      TableName: 't',
      Item: { k: { S: '茶' }, n: { N: '1' }, m: { M: { l: { L: [{ BOOL: true }, { NULL: true }] } } } },
      ConditionExpression: 'attribute_not_exists(k)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  ],
  QueryCommand: [
    'DynamoDb',
    {
      TableName: 't',
      IndexName: 'i',
      KeyConditionExpression: 'k = :k',
      ExpressionAttributeValues: { ':k': { S: '1' } },
    },
  ],
  UpdateItemCommand: [
    'DynamoDb',
    {
      TableName: 't',
      Key: { k: { S: 'a' } },
      UpdateExpression: 'SET b = :b',
      ExpressionAttributeValues: { ':b': { B: Buffer.from('b') } },
    },
  ],
  SendMessageCommand: [
    'Sqs',
    {
      QueueUrl: 'http://q/1/facts',
      MessageBody: 'b',
      MessageAttributes: { a: { DataType: 'String', StringValue: '1' } },
    },
  ],
  PublishCommand: [
    'Sns',
    { TopicArn: 'arn:t', Message: 'm', MessageAttributes: { a: { DataType: 'String', StringValue: '1' } } },
  ],
  GetSecretValueCommand: ['SecretsManager', { SecretId: 's', VersionStage: 'AWSCURRENT' }],
  PutSecretValueCommand: [
    'SecretsManager',
    { SecretId: 's', ClientRequestToken: 't'.repeat(32), SecretString: 'x', VersionStages: ['A'] },
  ],
  UpdateSecretVersionStageCommand: [
    'SecretsManager',
    { SecretId: 's', VersionStage: 'A', MoveToVersionId: 'v' },
  ],
  GetObjectCommand: ['S3', { Bucket: 'b', Key: 'k/茶.json' }],
  PutObjectCommand: [
    'S3',
    { Bucket: 'b', Key: 'k', Body: 'body', ContentType: 'application/json', IfNoneMatch: '*' },
  ],
}

export const ERRORS: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ['ConditionalCheckFailedException'],
  'secrets-manager': ['InvalidParameterException', 'ResourceNotFoundException'],
}

export const JSON_ANSWERS: Readonly<Record<string, object>> = {
  GetItem: { Item: { k: { S: 'a' }, b: { B: 'Yg==' }, n: { N: '12345678901234567890' } } },
  PutItem: {},
  Query: { Items: [{ k: { S: '1' } }], Count: 1, LastEvaluatedKey: { k: { S: '1' } } },
  UpdateItem: { Attributes: { a: { N: '1' } } },
  SendMessage: { MessageId: '1', MD5OfMessageBody: '92eb5ffee6ae2fec3ad71c777531578f' },
  GetSecretValue: { SecretString: 's', VersionId: 'v', CreatedDate: 1_773_342_238.5, VersionStages: ['A'] },
  PutSecretValue: { VersionId: 'v' },
  UpdateSecretVersionStage: { ARN: 'a' },
}
export const PUBLISHED =
  '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>'

/** What services answer, by name and status: those that have a class in the SDK, and one that has none. */
export const REFUSALS = [
  ['PutItemCommand', 'ConditionalCheckFailedException', 400],
  ['PutItemCommand', 'ProvisionedThroughputExceededException', 400],
  ['PutItemCommand', 'ReplicatedWriteConflictException', 400],
  ['PutItemCommand', 'ResourceNotFoundException', 400],
  ['PutItemCommand', 'ValidationException', 400],
  ['PutItemCommand', 'InternalServerError', 500],
  ['QueryCommand', 'RequestLimitExceeded', 400],
  ['SendMessageCommand', 'QueueDoesNotExist', 400],
  ['SendMessageCommand', 'KmsThrottled', 400],
  ['GetSecretValueCommand', 'ResourceNotFoundException', 400],
  ['GetSecretValueCommand', 'DecryptionFailure', 400],
  ['PutSecretValueCommand', 'InvalidParameterException', 400],
  ['PublishCommand', 'NotFound', 404],
  ['PublishCommand', 'Throttled', 429],
  ['GetObjectCommand', 'NoSuchKey', 404],
  ['PutObjectCommand', 'SlowDown', 503],
] as const
