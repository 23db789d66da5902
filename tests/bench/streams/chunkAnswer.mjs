/** Puts an answer together from parsed chunks of a chat completion, as a program without a library of ours must. */
export class ChunkAnswer {
  reasoning = '';
  text = '';
  finishReason = '';
  usage;
  #toolCalls = [];

  add(chunk) {
    const choice = chunk.choices[0];
    if (choice !== undefined) {
      const { delta } = choice;
      if (delta.content) this.text += delta.content;
      else if (delta.reasoning_content) this.reasoning += delta.reasoning_content;
      else if (delta.tool_calls) for (const call of delta.tool_calls) this.#addToolCall(call);
      if (choice.finish_reason) this.finishReason = choice.finish_reason;
    }
    if (chunk.usage) this.usage = chunk.usage;
  }

  #addToolCall({ index, id, function: { name, arguments: text } }) {
    const call = this.#toolCalls[index];
    if (call === undefined) this.#toolCalls[index] = { id, name, arguments: text };
    else call.arguments += text;
  }

  /** The answer, once the last chunk was added. */
  finish() {
    return {
      reasoning: this.reasoning,
      text: this.text,
      toolCalls: this.#toolCalls,
      finishReason: this.finishReason,
      usage: {
        inputTokens: this.usage.prompt_tokens,
        outputTokens: this.usage.completion_tokens,
        cacheReadTokens: this.usage.prompt_tokens_details.cached_tokens,
      },
    };
  }
}
