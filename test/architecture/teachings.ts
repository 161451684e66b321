/** What to do instead, for whoever meets a wall: a refusal that teaches nothing is answered with a way around it. */
export type Teaching = keyof typeof TEACHINGS

export const TEACHINGS = {
  ground:
    'the ground (files directly in shared/) knows only itself: what speaks of orders, channels or AWS stands in the room of that name',
  domain:
    'crypto, facts, orders and events know only the ground and the rooms below them: declare what you need here as a port (as orders/order-store.ts does), and let a handler hand in what fulfils it',
  channel:
    'a payment channel knows the domain and nothing that is AWS, stored or Lambda: declare a port (as http/transport.ts does), and let a handler hand in what fulfils it',
  flow: 'payments and refunds speak to any channel: use the port orders/payment-channel.ts, and take stores and dispatchers as parameters',
  api: 'the merchant contract knows neither AWS nor a channel: show what an order says, and leave the rest to the operation or to lambda/',
  adapter:
    'an adapter fulfils the ports of the domain with one AWS service: what it needs of another adapter comes in as a parameter',
  frame:
    'the frames turn Lambda events into calls and know no flow: an operation gets its ports from its handler',
  operation:
    'only handler.ts imports lambda, aws, stores and secrets: take the port as a parameter of the operation, and wire it in handler.ts',
  handler: 'a handler wires what shared/ offers: code that it shares with another program stands in shared/',
  otherFunction:
    'no function imports another: what both need stands in shared/ (payments, refunds, orders or api)',
  awsSdk:
    '@aws-sdk stands only in shared/aws, shared/stores and shared/secrets: put the call behind a port there',
  lambdaTypes:
    'middy and the types of aws-lambda stand only in shared/lambda: take what the frame hands over',
  sharedUpwards:
    'shared/ never imports what is built on it: move the code that is needed down into shared/, or hand it in as a parameter',
  simulator:
    'the simulator is WeChat Pay for any SDK: it takes only the ground, crypto and the channel from shared/, and nothing of ours that it is there to check',
  client: 'the client ships to merchants: it takes only the contract and the rules of fields from shared/api',
  example:
    'an example is what a stranger copies: it has our packages as they are packed, and nothing else of this repository',
  infra:
    'infra describes the stack on floors (rules, channels, stage, operations, watch, constructs, library, the stack) and runs none of it: move what both need down, or onto the ground of shared/',
  local:
    'the local stack runs the template as it is: it takes the domain of shared/ and stands on floors (its ground, template, cloud, lambda, gateway and schedule, stack, demo). Move what both need down, or hand it in',
  cli: 'a command works on a stack from outside: it takes ports and stores of shared/, never the frames of lambda/ or a function',
  console:
    'the console shows what others know: the page speaks the types of console/contract.ts alone, and its server gets stack and simulator handed in',
  release: 'release/ makes packages of files and knows none of what is in them: hand it over by path',
  around:
    'nothing but test/ and bench/ imports test/: move what the program needs into a room of the program',
} as const

/** Packages that are known in few rooms, with what to say in all others. */
export const GUARDED_PACKAGES: readonly (readonly [pattern: RegExp, teaching: Teaching])[] = [
  [/^@aws-sdk\//, 'awsSdk'],
  [/^(?:@middy\/|aws-lambda$)/, 'lambdaTypes'],
]
