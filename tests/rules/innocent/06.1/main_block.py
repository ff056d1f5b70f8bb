"""A comparison with the library under `if __name__ == ...`."""
if __name__ == "__main__":
    import torch

    q = torch.randn(1, 2, 5, 4)
    print(torch.nn.functional.scaled_dot_product_attention(q, q, q))
