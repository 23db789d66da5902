/** Loads what is needed only by some sessions. */
import { MissingPart } from './missingPart.ts';

/** What `onDemand.ts` exports, which is loaded by the first call. Fails with a sentence for the user. */
export async function loadOnDemand(): Promise<typeof import('./onDemand.ts')> {
  try {
    return await import('./onDemand.ts');
  } catch (error) {
    throw new MissingPart(error);
  }
}
