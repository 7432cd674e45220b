"""The rules of hearing the public: pure, without Django, clock or I/O."""
