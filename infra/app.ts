/** Entry point of the CDK command line (cdk.json); `CDK_OUTDIR=<directory> node infra/app.ts` does the same without it. */
import { synthesize } from './synthesize.ts'

try {
  synthesize()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
